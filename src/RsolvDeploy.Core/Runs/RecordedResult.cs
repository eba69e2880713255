using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Runs;

/// <summary>The result of a step in the ledger: its status, its checks, and what the next step needs.</summary>
/// <param name="Kind">The kind of the step.</param>
/// <param name="Status">How it ended.</param>
internal sealed record RecordedResult(StepKind Kind, StepStatus Status) : ILedgerEntry
{
    /// <summary>The verdict of a verification; null for other steps.</summary>
    public Verdict? Verdict { get; init; }

    /// <summary>The image that runs after the step.</summary>
    public string? Image { get; init; }

    /// <summary>The revision before the update.</summary>
    public long? PreviousRevision { get; init; }

    /// <summary>The repository of the published image.</summary>
    public string? Repository { get; init; }

    /// <summary>The digest of the published image, <c>sha256:…</c>.</summary>
    public string? Digest { get; init; }

    /// <summary>The folder of a backup.</summary>
    public string? Path { get; init; }

    /// <summary>How the rollback ended that a failed update began; null when there was none.</summary>
    public StepStatus? RollbackStatus { get; init; }

    /// <summary>The image that it was rolled back to; null when it was not.</summary>
    public string? RolledBackTo { get; init; }

    /// <summary>When the step started, UTC; null in ledgers of earlier versions.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>How long it took; null in ledgers of earlier versions.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The baseline from before the deployment.</summary>
    public Baseline? Baseline { get; init; }

    /// <summary>What a report shows beside the checks; null when there is nothing.</summary>
    public RecordedDetails? Details { get; init; }

    /// <summary>The checks with their evidence; never a secret value.</summary>
    // A ledger of another version may have none.
    public IReadOnlyList<RecordedCheck> Checks { get; init => field = value ?? []; } = [];

    /// <summary>The record of a result.</summary>
    /// <param name="kind">The kind of the step.</param>
    /// <param name="result">The result.</param>
    /// <param name="timing">When the step ran; null when it did not run.</param>
    public static RecordedResult From(StepKind kind, IStepResult result, StepTiming? timing = null)
    {
        var (image, previous) = result switch
        {
            Rollout rollout => (rollout.Image, rollout.PreviousRevision),
            Migration migration => (migration.Image, migration.PreviousRevision),
            Verification verification => (verification.Image, verification.PreviousRevision),
            SentTestData sent => (sent.Image, sent.PreviousRevision),
            DashboardVerification dashboard => (dashboard.Image, dashboard.PreviousRevision),
            Rollback rollback => (rollback.Image, null),
            StagingValidation staging => (staging.Image, null),
            _ => (null, null),
        };
        return new RecordedResult(kind, result.Status)
        {
            Verdict = (result as Verification)?.Verdict ?? (result as DashboardVerification)?.Verdict,
            Image = image,
            PreviousRevision = previous,
            Repository = (result as PublishedImage)?.Repository,
            Digest = (result as PublishedImage)?.Digest,
            Path = (result as StateBackup)?.Path,
            RollbackStatus = (result as Rollout)?.Rollback?.Status,
            RolledBackTo = (result as Rollout)?.Rollback?.Image,
            Started = timing?.Started,
            Duration = timing?.Duration,
            Baseline = result.Baseline,
            Details = RecordedDetails.From(result),
            Checks = [.. result.Checks.Select(RecordedCheck.From)],
        };
    }

    /// <inheritdoc/>
    public JsonObject ToJson() => new JsonObject { ["kind"] = Kind.ToString(), ["status"] = Status.ToString() }
        .With("verdict", Verdict?.ToString())
        .With("image", Image)
        .With("previousRevision", PreviousRevision)
        .With("repository", Repository)
        .With("digest", Digest)
        .With("path", Path)
        .With("rollbackStatus", RollbackStatus?.ToString())
        .With("rolledBackTo", RolledBackTo)
        .With("started", StepTiming.TextOf(Started))
        .With("duration", StepTiming.TextOf(Duration))
        .With("baseline", Baseline is null ? null : GeneratedJson.ToNode(Baseline, LedgerJson.Default))
        .With("details", Details?.ToJson())
        .With("checks", new JsonArray([.. Checks.Select(check => check.ToJson())]));

    /// <summary>The result for the next step, without its checks; null when the next step needs none.</summary>
    public IStepResult? ToResult(Target target, string runId)
    {
        IStepResult? result = Kind switch
        {
            StepKind.Publish => new PublishedImage(target, runId, Status, [])
            {
                Repository = Repository ?? "",
                Digest = Digest,
                Source = Details?.Source,
            },
            StepKind.Update or StepKind.RolloutWatch =>
                new Rollout(target, runId, Status, [])
                {
                    Image = Image,
                    PreviousRevision = PreviousRevision,
                    Rollback = RollbackStatus is { } ended ? new Rollback(target, runId, ended, []) { Image = RolledBackTo } : null,
                },
            StepKind.Migration => new Migration(target, runId, Status, []) { Image = Image, PreviousRevision = PreviousRevision },
            StepKind.Verification or StepKind.Health or StepKind.Smoke when Verdict is { } verdict =>
                new Verification(target, runId, verdict, []) { Status = Status, Image = Image, PreviousRevision = PreviousRevision },
            StepKind.TestData => new SentTestData(target, runId, Status, []) { Image = Image, PreviousRevision = PreviousRevision },
            StepKind.Dashboard when Verdict is { } verdict =>
                new DashboardVerification(target, runId, verdict, [])
                {
                    Status = Status,
                    Image = Image,
                    PreviousRevision = PreviousRevision,
                },
            StepKind.Rollback => new Rollback(target, runId, Status, []) { Image = Image },
            StepKind.Staging => new StagingValidation(target, runId, Status, []) { Image = Image },
            StepKind.Backup => new StateBackup(target, runId, Status, []) { Path = Path },
            StepKind.Watch => ToTrigger(target, runId),
            StepKind.Preflight when Status == StepStatus.Succeeded => new Readiness(target, runId, ReadinessVerdict.Ready, []),
            _ => null,
        };
        return result is not null && Baseline is { } baseline ? result.WithBaseline(baseline) : result;
    }

    // A watch that ended by itself proves nothing about the release; one that ended with an error has no verdict.
    private IStepResult? ToTrigger(Target target, string runId) =>
        Checks.FirstOrDefault(check => check.Status == CheckStatus.Failed) is { } fired
            ? new FiredTrigger(target, runId, fired.Id, Started ?? default, fired.Evidence)
            : Status == StepStatus.Failed ? new Verification(target, runId, RsolvDeploy.Verdict.Error, []) { Status = Status } : null;
}
