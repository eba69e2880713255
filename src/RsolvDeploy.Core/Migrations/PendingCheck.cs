using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Migrations;

/// <summary>
/// <c>rollout.migrations</c>: whether the database of a release that was just rolled out waits for migrations. It never fails the release.
/// </summary>
internal static class PendingCheck
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>Reads the status in a pod of the release; null where the target does not configure how.</summary>
    public static async Task<Check?> EvaluateAsync(StepContext context, CancellationToken ct)
    {
        if (context.Target.Migrations is not { } settings) return null;
        var limits = new MigrationLimits { Timeout = settings.Timeout < Longest ? settings.Timeout : Longest };
        return await CheckTable.RolloutMigrations.EvaluateAsync(new CheckScope(context.Clock, ct), async () =>
        {
            try
            {
                return Evaluate(context, await MigrationRunner.PlanAsync(context, pod: null, limits, ct));
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                var error = UnexpectedError.From(e);
                context.Reporter.Warning($"Whether migrations are pending is not known: {error.Message}");
                return CheckOutcome.Warning($"not known: {error.Message}", error.Remedy);
            }
        });
    }

    private static CheckOutcome Evaluate(StepContext context, MigrationPlan plan)
    {
        var count = plan.Before.Pending.Count;
        if (count > 0)
        {
            context.Reporter.Warning(
                $"{count} {(count == 1 ? "migration is" : "migrations are")} pending; Invoke-RsolvMigration runs "
                    + $"{(count == 1 ? "it" : "them")}.");
        }

        return (count == 0
            ? CheckOutcome.Met($"{plan.Before.Applied.Count} applied, none pending")
            : CheckOutcome.Warning($"{count} pending: {plan.Pending}", "Run them with Invoke-RsolvMigration.")).Compared(0, count);
    }
}
