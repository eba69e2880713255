using System.Text.Json;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Reports;

/// <summary>Makes a report of what the ledger of a run holds, and of results that no ledger holds.</summary>
/// <param name="clock">The clock.</param>
internal sealed class ReportReader(TimeProvider clock)
{
    /// <summary>Whether only the steps that ended are reported, as in an announcement of the run itself.</summary>
    public bool EndedOnly { get; init; }

    /// <summary>The report of a run.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="run">Its ledger; null when it is not recorded on this machine.</param>
    /// <param name="results">Results of the run from the pipeline.</param>
    public ReportData Read(string runId, RecordedRun? run, IReadOnlyList<IStepResult> results)
    {
        var header = Header(run, results);
        var estimates = PhaseEstimates.Before(header.Target, run);
        var all = ReportSteps.From(run, results);
        var steps = EndedOnly ? [.. all.Where(step => step.Result is not null && step.Kind != StepKind.Announcement)] : all;
        var phases = steps.Select(step => step.ToPhase(estimates)).ToList();
        var ended = steps.Select(step => step.Result).OfType<RecordedResult>().ToList();
        var signOff = ReportApprovals.SignOff(run);
        var (verdict, headline) = ReportVerdictRule.Decide(steps, header.Target, signOff);
        return header with
        {
            RunId = runId,
            Verdict = verdict,
            Headline = headline,
            Started = header.Started != default ? header.Started : Begin(phases) ?? clock.GetUtcNow(),
            Ended = End(phases) ?? clock.GetUtcNow(),
            Created = clock.GetUtcNow(),
            Phases = phases,
            Counts = ReportCounts.From(phases.SelectMany(phase => phase.Checks)),
            Change = Change(ended),
            Rollout = Rollout(ended),
            Measurements = ReportMeasurements.From(ended),
            Backup = Backup(ended),
            Rollback = Rollback(ended),
            Approvals = ReportApprovals.From(run),
            SignOff = signOff,
            Ledger = run is { Text.Lines: [.., var last] lines }
                ? new ReportLedger(lines.Count, last.Hash, run.ToRecord().Problem) { Signers = run.Proof?.Signers ?? [] }
                : null,
        };
    }

    private static ReportData Header(RecordedRun? run, IReadOnlyList<IStepResult> results)
    {
        var target = results.Count > 0 ? results[0].Target : null;
        var known = new ReportData("", default, "")
        {
            Target = target?.Name ?? "",
            Deployment = target is null ? "" : $"{target.Namespace}/{target.Deployment}",
            Operator = RunLedger.Actor,
            Reason = results.OfType<Run>().Select(one => one.Reason).FirstOrDefault() ?? "",
        };
        if (run?.Opened is not { } opened) return known;
        return known with
        {
            Target = opened.Target,
            Deployment = $"{opened.Namespace}/{opened.Deployment}",
            Operator = run.Text.Lines[0].Actor,
            Reason = opened.Reason.Length > 0 ? opened.Reason : StepReason(run),
            Started = run.Text.Lines[0].Timestamp,
        };
    }

    // A run that a command opened has no reason of its own; that of the command is among the options of its step.
    private static string StepReason(RecordedRun run) =>
        run.Steps.Select(step => step.Planned.Options)
            .Select(options => options.ValueKind == JsonValueKind.Object && options.TryGetProperty("reason", out var reason)
                ? reason.ValueKind == JsonValueKind.String ? reason.GetString() : null
                : null)
            .FirstOrDefault(reason => !string.IsNullOrEmpty(reason)) ?? "";

    private static DateTimeOffset? Begin(IReadOnlyList<ReportPhase> phases) => phases.Min(phase => phase.Started);

    private static DateTimeOffset? End(IReadOnlyList<ReportPhase> phases) =>
        phases.Max(phase => phase.Started + TimeSpan.FromSeconds(phase.Duration ?? 0));

    private static ReportChange Change(IReadOnlyList<RecordedResult> ended)
    {
        var update = ended.LastOrDefault(result => result.Kind == StepKind.Update);
        var publish = ended.LastOrDefault(result => result.Kind == StepKind.Publish)?.Details;
        var migration = ended.LastOrDefault(result => result is { Kind: StepKind.Migration, Status: StepStatus.Succeeded });
        return new ReportChange
        {
            Image = update?.Image,
            PreviousImage = update?.Details?.PreviousImage,
            Revision = update?.Details?.Revision,
            PreviousRevision = update?.PreviousRevision,
            Diff = update?.Details?.Diff?.Split('\n') ?? [],
            Tags = publish?.Tags ?? [],
            Size = publish?.Size,
            Source = publish?.Source,
            Migrations = [.. (migration?.Details?.Migrations ?? []).Select(one => one.ToString())],
        };
    }

    private static ReportRollout? Rollout(IReadOnlyList<RecordedResult> ended) =>
        ended.LastOrDefault(result => result.Kind is StepKind.Update or StepKind.RolloutWatch)?.Details is { } details
            && (details.Timeline ?? (object?)details.Pods ?? details.Diagnosis) is not null
            ? new ReportRollout
            {
                Events = details.Timeline ?? [],
                Pods = details.Pods ?? [],
                Diagnosis = details.Diagnosis,
                Evidence = details.Evidence,
            }
            : null;

    private static ReportBackup? Backup(IReadOnlyList<RecordedResult> ended) =>
        ended.LastOrDefault(result => result.Kind == StepKind.Backup) is { } backup
            ? new ReportBackup(backup.Status.ToString())
            {
                Path = backup.Path,
                Items = backup.Details?.Items,
                Encryption = backup.Details?.Encryption,
            }
            : null;

    private static ReportRollback? Rollback(IReadOnlyList<RecordedResult> ended) =>
        ended.LastOrDefault(result => result.Details?.Rollback is not null)?.Details is { Rollback: { } rollback } details
            ? new ReportRollback(rollback.Status.ToString())
            {
                Source = rollback.Source,
                Destination = rollback.Destination,
                Image = rollback.Image,
                Choice = rollback.Choice,
                Reason = rollback.Reason,
                Evidence = details.Evidence,
            }
            : null;
}
