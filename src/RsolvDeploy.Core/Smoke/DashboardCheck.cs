using RsolvDeploy.Checks;
using RsolvDeploy.Dashboards;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Smoke;

/// <summary><c>smoke.dashboard</c>: Grafana responds, and the dashboard is there.</summary>
/// <param name="context">The step's context.</param>
internal sealed class DashboardCheck(StepContext context)
{
    public async Task<IReadOnlyList<Check>> EvaluateAsync(CancellationToken ct) =>
        [await context.EvaluateAsync(CheckTable.SmokeDashboard, () => MeasureAsync(ct), ct)];

    private async Task<CheckOutcome> MeasureAsync(CancellationToken ct)
    {
        if (context.Target.Grafana is null) return CheckOutcome.Skipped("the target has no grafana");
        using var runner = new DashboardRunner(context, null, ct);
        return await DashboardChecks.JudgeDashboardAsync(runner.Dashboard);
    }
}
