using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Migrations;

/// <summary>Says of a release that has just been rolled out whether its database waits for migrations. It never fails the release.</summary>
internal static class PendingCheck
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>Reads the status in a pod of the release; null where the target does not say how.</summary>
    public static async Task<Check?> EvaluateAsync(ClusterClient cluster, Target target, IReporter reporter, CancellationToken ct)
    {
        if (target.Migrations is not { } settings) return null;
        var check = new Check("rollout.migrations", "Update", "No migration of the release is pending", CheckStatus.Passed) { Severity = CheckSeverity.Advisory, Started = TimeProvider.System.GetUtcNow() };
        try
        {
            var options = new MigrationLimits { Timeout = settings.Timeout < Longest ? settings.Timeout : Longest };
            var plan = await MigrationRunner.PlanAsync(cluster, target, pod: null, options, reporter, ct);
            var count = plan.Before.Pending.Count;
            if (count > 0) reporter.Warning($"{count} {(count == 1 ? "migration is" : "migrations are")} pending; Invoke-RsolvMigration runs {(count == 1 ? "it" : "them")}.");
            check = count == 0
                ? check with { Evidence = $"{plan.Before.Applied.Count} applied, none pending" }
                : check with { Status = CheckStatus.Warning, Evidence = $"{count} pending: {plan.Pending}", Remedy = "Run them with Invoke-RsolvMigration." };
        }
        catch (DeployException e)
        {
            reporter.Warning($"Whether migrations are pending is not known: {e.Message}");
            check = check with { Status = CheckStatus.Warning, Evidence = $"not known: {e.Message}", Remedy = e.Remedy };
        }

        return check with { Duration = TimeProvider.System.GetUtcNow() - check.Started };
    }
}
