using RsolvDeploy.Checks;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Dashboards;

/// <summary>What a verification of a dashboard found.</summary>
/// <param name="Checks">The checks, in the order of the checklist.</param>
/// <param name="Run">The dashboard with its panels; null when it could not be read or run.</param>
internal sealed record DashboardFindings(IReadOnlyList<Check> Checks, DashboardRun? Run);

/// <summary>Verifies the dashboard of a target: the checks <c>grafana.*</c>.</summary>
internal static class DashboardVerifier
{
    /// <summary>Verifies. Whatever fails is the outcome of its check; only cancellation is thrown.</summary>
    /// <param name="context">The context of the step.</param>
    /// <param name="options">The options.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<DashboardFindings> VerifyAsync(StepContext context, DashboardOptions options, CancellationToken ct)
    {
        if (context.Target.Grafana is not { } settings)
            return new DashboardFindings(CheckTable.SkipAll(StepKind.Dashboard, "the target has no grafana", context.Clock), null);
        DashboardRunner runner;
        try
        {
            runner = new DashboardRunner(context, options.Dashboard, ct);
        }
        catch (Exception fault)
        {
            var error = await CheckTable.GrafanaDashboard.EvaluateAsync(
                new CheckScope(context.Clock, ct), () => Task.FromException<CheckOutcome>(fault));
            return new DashboardFindings([error, .. CheckTable.SkipAll(StepKind.Dashboard, Unread, context.Clock)[1..]], null);
        }

        using (runner)
        {
            var scope = new CheckScope(context.Clock, ct);
            var checks = await Task.WhenAll(
                CheckTable.GrafanaDashboard.EvaluateAsync(scope, () => DashboardChecks.JudgeDashboardAsync(runner.Dashboard)),
                EvaluateAsync(CheckTable.GrafanaEnvironmentVariable, async () => DashboardChecks.JudgeEnvironment(
                    await runner.Resolved,
                    runner.EnvironmentVariable,
                    settings.EnvironmentVariable is not null,
                    context.Target.Environment,
                    runner.Link)),
                EvaluateAsync(CheckTable.GrafanaPanels, async () => DashboardChecks.JudgePanels(await runner.Run)),
                EvaluateAsync(CheckTable.GrafanaTimeRange, async () => DashboardChecks.JudgeTimeRange(
                    Shown(await runner.Dashboard, runner),
                    runner.DefaultRangeOf(await runner.Dashboard),
                    DeploymentTime.StartOf(context),
                    runner.Now)));
            foreach (var check in checks) context.Reporter.Verbose($"{check}: {check.Evidence}");
            return new DashboardFindings(checks, await RunOrNullAsync(runner));
        }

        // Why the dashboard cannot be read is reported once, by the first check.
        async Task<Check> EvaluateAsync(CheckDefinition definition, Func<Task<CheckOutcome>> measure)
        {
            await ((Task)runner.Dashboard).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return runner.Dashboard.IsCompletedSuccessfully
                ? await definition.EvaluateAsync(new CheckScope(context.Clock, ct), measure)
                : definition.Skip(Unread, context.Clock);
        }
    }

    private static string Unread => $"the dashboard could not be read; see {CheckTable.GrafanaDashboard.Id}";

    private static Models.Dashboard Shown(Models.Dashboard dashboard, DashboardRunner runner) =>
        dashboard with { From = runner.Link.From ?? dashboard.From, To = runner.Link.To ?? dashboard.To };

    private static async Task<DashboardRun?> RunOrNullAsync(DashboardRunner runner)
    {
        if (!runner.Dashboard.IsCompletedSuccessfully) return null;
        await ((Task)runner.Run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return runner.Run.IsCompletedSuccessfully ? await runner.Run : null;
    }
}
