using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Scenarios;

/// <summary>Contexts for steps that a test runs on a cluster of its own.</summary>
internal static class StepContexts
{
    public static StepContext Create(
        ClusterClient cluster, Target target, StepKind kind, IReporter? reporter = null, string? runId = null) =>
        new(target, Journal(target, kind, runId), cluster) { Reporter = reporter ?? SilentReporter.Instance };

    /// <summary>A context whose time the test moves.</summary>
    public static StepContext Create(ClusterClient cluster, Target target, StepKind kind, IReporter reporter, TimeProvider clock) =>
        new(target, Journal(target, kind, runId: null), cluster) { Reporter = reporter, Clock = clock };

    /// <summary>Carries out an update without lock and history.</summary>
    public static Task<Rollout> UpdateAsync(
        ClusterClient cluster, UpdatePlan plan, UpdateOptions options, CancellationToken ct, string? runId = null) =>
        new UpdateRunner(Create(cluster, plan.Target, StepKind.Update, runId: runId), plan, options, snapshot: null).RunAsync(ct);

    /// <summary>Carries out a rollback without lock and history.</summary>
    public static Task<Rollback> RollBackAsync(
        ClusterClient cluster, RollbackPlan plan, TimeSpan timeout, CancellationToken ct, string? runId = null) =>
        new RollbackRunner(
            Create(cluster, plan.Target, StepKind.Rollback, runId: runId), plan with { Timeout = timeout, Reason = "scenario" })
            .RunAsync(ct);

    private static StepJournal Journal(Target target, StepKind kind, string? runId) =>
        new(new PipelineJournal(new OpenLedgers()), kind, target, runId ?? RunId.New(DateTimeOffset.UtcNow));
}
