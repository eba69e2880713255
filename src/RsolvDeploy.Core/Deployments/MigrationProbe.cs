using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Json;
using RsolvDeploy.Migrations;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Deployments;

/// <summary>Asks the database what became of migrations, and whether they may still be running.</summary>
internal static class MigrationProbe
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    public static async Task<ProbeResult> RunAsync(Target target, RunStep step, JsonObject facts, ClusterClient cluster, IReporter reporter, CancellationToken ct)
    {
        var wanted = (facts["pending"] as JsonArray ?? []).Select(version => (long?)version).ToHashSet();
        var options = new MigrationOptions { Timeout = target.Migrations?.Timeout ?? TimeSpan.FromMinutes(10) };
        var plan = await MigrationRunner.PlanAsync(cluster, target, step.Parameters["Pod"].Text(), options, reporter, ct);
        var left = plan.Before.Pending.Where(one => wanted.Contains(one.Version)).ToList();
        if (left.Count == 0) return new ProbeResult(true, $"none of its {wanted.Count} migrations is pending");
        if (!step.HasIntent) return new ProbeResult(false, "its command had not been sent");
        // A command in a pod goes on when nobody waits for it; the pod ends it at its time limit, if it can.
        var limit = TimeSpan.FromSeconds(facts["seconds"].Number() ?? 0);
        var over = facts["limited"]?.GetValue<bool>() == true ? step.Started + limit + Grace : null;
        if (over is { } end && DateTimeOffset.UtcNow > end) return new ProbeResult(false, $"{left.Count} of its {wanted.Count} migrations are pending, and the pod has ended what ran");
        throw StepProbe.Unknown($"{left.Count} of its {wanted.Count} migrations are pending, and the command may still run in pod {facts["pod"].Text()}.", target.Name,
            over is { } at ? $"Take it up after {at.UtcDateTime:HH:mm:ss} UTC: by then the pod has ended it." : "See in the pod that it has ended, then run Invoke-RsolvMigration again.");
    }
}
