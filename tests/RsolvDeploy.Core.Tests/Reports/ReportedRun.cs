using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using RsolvDeploy.Checks;
using RsolvDeploy.Reports;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Core.Tests.Reports;

/// <summary>A run with its ledger in a folder of its own, written as steps write it.</summary>
internal sealed class ReportedRun : IDisposable, IAsyncDisposable
{
    public const string Image = "ghcr.io/rsolv-dev/rsolv-platform@sha256:1f0c";
    public const string PreviousImage = "ghcr.io/rsolv-dev/rsolv-platform@sha256:9a7e";

    private readonly string _root = Directory.CreateTempSubdirectory("rsolv-reports-").FullName;
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 28, 13, 42, 54, TimeSpan.Zero));
    private readonly List<RunLedger> _open = [];
    private RunLedger _ledger;

    public ReportedRun(string name = "production", string reason = "ticket 7")
    {
        Target = new Target
        {
            Name = name,
            ConfigurationPath = "/etc/rsolv.yaml",
            Namespace = "rsolv-production",
            Deployment = "rsolv-platform",
            Environment = "production",
        };
        _ledger = Open(reason);
    }

    public Target Target { get; }

    public TimeProvider Clock => _clock;

    public string RunId => _ledger.Folder.Id;

    /// <summary>Begins another run of the target, a while later.</summary>
    public void BeginNext()
    {
        _clock.Advance(TimeSpan.FromHours(1));
        _ledger = Open("");
    }

    /// <summary>Plans a pipeline.</summary>
    public ReportedRun Plan(params StepKind[] kinds) => PlanWith("{}", kinds);

    /// <summary>Plans a pipeline whose steps have these options.</summary>
    public ReportedRun PlanWith(string json, params StepKind[] kinds)
    {
        var options = JsonDocument.Parse(json).RootElement;
        _ledger.Append(
            LedgerEvent.Plan,
            new PipelinePlanned([.. kinds.Select(kind => new PlannedStep(kind, options))]));
        return this;
    }

    /// <summary>Starts a step.</summary>
    public ReportedRun Start(StepKind kind)
    {
        _ledger.Append(
            LedgerEvent.Step, new StepStarted(kind, JsonDocument.Parse("{}").RootElement));
        return this;
    }

    /// <summary>Runs a step to its result.</summary>
    public ReportedRun Do(StepKind kind, TimeSpan duration, Func<Target, IStepResult> result)
    {
        Start(kind);
        _clock.Advance(duration);
        _ledger.Append(LedgerEvent.Result, RecordedResult.From(kind, result(Target)));
        return this;
    }

    /// <summary>Ends the pipeline.</summary>
    public ReportedRun End()
    {
        _ledger.Append(LedgerEvent.Ended, new PipelineEnded());
        return this;
    }

    /// <summary>A check of the table, made now.</summary>
    public Check Check(CheckDefinition definition, CheckOutcome outcome) => definition.ToCheck(outcome, CheckTimer.Start(_clock));

    /// <summary>The report of the run.</summary>
    public ReportData Report(params IStepResult[] results) =>
        new ReportReader(_clock).Read(RunId, RecordedRun.From(_ledger.Folder), results);

    /// <summary>A whole run that deploys, migrates and verifies.</summary>
    public static ReportedRun Whole()
    {
        var run = new ReportedRun();
        run.Plan(StepKind.Preflight, StepKind.Backup, StepKind.Publish, StepKind.Update, StepKind.Migration, StepKind.Verification);
        var baseline = new Baseline
        {
            ResponseTimes = new Dictionary<string, TimeSpan>
            {
                ["/health"] = TimeSpan.FromMilliseconds(42),
                ["/metrics"] = TimeSpan.FromMilliseconds(118),
            },
            Restarts = 3,
            ErrorRate = 0.002,
        };
        run.Do(StepKind.Preflight, TimeSpan.FromSeconds(48), target => new Readiness(
            target, run.RunId, ReadinessVerdict.ReadyWithRisks,
            [
                run.Check(CheckTable.EnvironmentCluster, CheckOutcome.Met("v1.36.2 answers as context prod").Compared("prod", "prod")),
                run.Check(CheckTable.EnvironmentPermissions, CheckOutcome.Met("all 14 permissions").Compared(14, 14)),
                run.Check(CheckTable.CodeTagged, CheckOutcome.Warning("HEAD has no version tag", "Tag it: git tag v2.4.0.")),
            ])
        {
            Baseline = baseline,
        });
        run.Do(StepKind.Backup, TimeSpan.FromSeconds(21), target => new StateBackup(
            target, run.RunId, StepStatus.Succeeded,
            [run.Check(CheckTable.BackupSecrets, CheckOutcome.Met("4 Secrets, encrypted").Compared(4, 4))])
        {
            Path = "/home/ops/.local/share/rsolvdeploy/backups/production-20261128T134254Z",
            Encryption = "AES-256-GCM",
            Items = [.. Enumerable.Range(0, 37).Select(at => new BackupItem("ConfigMap", $"c{at}", "ns", "f", "ab", 10, false))],
        });
        run.Do(StepKind.Publish, TimeSpan.FromSeconds(312), target => new PublishedImage(
            target, run.RunId, StepStatus.Succeeded,
            [run.Check(CheckTable.ImageSize, CheckOutcome.Met("312 MB of 1 GB").Compared(1_000_000_000, 312_000_000))])
        {
            Repository = "ghcr.io/rsolv-dev/rsolv-platform",
            Digest = "sha256:1f0c",
            Tags = ["production-20261128-134254", "production-rfc060-phase5", "production-latest"],
            Size = 312_000_000,
            Source = new ImageSource("0be1f2fd5a1c4e7f", run._clock.GetUtcNow(), 0) { Version = "v2.4.0" },
        });
        run.Do(StepKind.Update, TimeSpan.FromSeconds(96), target => Update(run, target));
        run.Do(StepKind.Migration, TimeSpan.FromSeconds(9), target => new Migration(
            target, run.RunId, StepStatus.Succeeded,
            [run.Check(CheckTable.MigrationVerified, CheckOutcome.Met("none is pending").Compared(0, 0))])
        {
            Pending = [new SchemaMigration(20261120090000, "add_validation_index")],
        });
        run.Do(StepKind.Verification, TimeSpan.FromSeconds(75), target => new Verification(
            target, run.RunId, Verdict.Passed,
            [
                run.Check(CheckTable.HealthStatus, CheckOutcome.Met("/health answers 200, healthy").Compared("healthy", "healthy")),
                run.Check(CheckTable.HealthResponseTime, CheckOutcome.Met("/health: median 39 ms").Compared(2000, 61)),
                run.Check(CheckTable.PrometheusScrape, CheckOutcome.Met("3.2 s ago").Compared(15, 3.2)),
            ])
        {
            Baseline = baseline,
            ResponseTimes = new Dictionary<string, TimeSpan>
            {
                ["/health"] = TimeSpan.FromMilliseconds(39),
                ["/metrics"] = TimeSpan.FromMilliseconds(131),
            },
        });
        return run.End();
    }

    public void Dispose()
    {
        foreach (var ledger in _open) ledger.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private static Rollout Update(ReportedRun run, Target target)
    {
        var begin = run._clock.GetUtcNow().AddSeconds(-96);
        (int At, int Ready, int Old, int Restarts)[] events = [(0, 0, 3, 0), (21, 1, 3, 0), (38, 2, 2, 1), (61, 3, 1, 1), (90, 3, 0, 1)];
        return new Rollout(
            target, run.RunId, StepStatus.Succeeded,
            [
                run.Check(CheckTable.UpdateImage, CheckOutcome.Met(Image).Compared(Image, Image)),
                run.Check(CheckTable.RolloutCompleted, CheckOutcome.Met("3 of 3 ready, 0 old").Compared(3, 3)),
            ])
        {
            Image = Image,
            PreviousImage = PreviousImage,
            Revision = 12,
            PreviousRevision = 11,
            Diff = $"- spec.template.spec.containers.rsolv-platform.image: {PreviousImage}\n"
                + $"+ spec.template.spec.containers.rsolv-platform.image: {Image}",
            Timeline = [.. events.Select(one => new TimelineEntry(begin.AddSeconds(one.At), $"{one.Ready} of 3 ready, {one.Old} old")
            {
                Desired = 3,
                Ready = one.Ready,
                Old = one.Old,
                Restarts = one.Restarts,
            })],
            Pods = [.. Enumerable.Range(0, 3).Select(at =>
                new PodState($"rsolv-platform-6c9d7-{at}", "Running", true, at == 1 ? 1 : 0, $"node-{at}", "sha256:1f0c"))],
            Duration = TimeSpan.FromSeconds(96),
        };
    }

    private RunLedger Open(string reason)
    {
        var ledger = RunLedger.Open(new RunFolder($"{_clock.GetUtcNow():yyyyMMdd-HHmmss}-a1b2c3", _root), _clock);
        _open.Add(ledger);
        ledger.Append(
            LedgerEvent.Run,
            new RunOpened(Target.Name, Target.ConfigurationPath, Target.Namespace, Target.Deployment, reason, 1));
        return ledger;
    }
}
