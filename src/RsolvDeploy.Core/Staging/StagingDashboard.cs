using RsolvDeploy.Checks;
using RsolvDeploy.Dashboards;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Staging;

/// <summary><c>staging.dashboard</c>: the panels run on staging without a query error, and those of the counters show data.</summary>
internal static class StagingDashboard
{
    /// <summary>Runs the panels, behind a run of the workflow.</summary>
    /// <param name="context">The context of the step; its target is staging.</param>
    /// <param name="ct">Cancels.</param>
    public static Task<Check> EvaluateAsync(StepContext context, CancellationToken ct) =>
        CheckTable.StagingDashboard.EvaluateAsync(new CheckScope(context.Clock, ct), () => MeasureAsync(context, ct));

    private static async Task<CheckOutcome> MeasureAsync(StepContext context, CancellationToken ct)
    {
        if (context.Target.Grafana is null) return CheckOutcome.Skipped("not configured: 'grafana'");
        var run = await DashboardRunner.RunPanelsAsync(context, ct);
        var panels = DashboardChecks.JudgePanels(run);
        var rises = context.Target.Metrics.Rises;
        return rises.Count == 0 ? panels : WorstOutcome.From(panels, DashboardDataCheck.Judge(rises, run.Panels));
    }
}
