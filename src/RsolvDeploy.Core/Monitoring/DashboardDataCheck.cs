using RsolvDeploy.Checks;
using RsolvDeploy.Dashboards;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Monitoring;

/// <summary><c>metrics.dashboard</c>: behind test data, the panels that query its counters show data.</summary>
internal static class DashboardDataCheck
{
    private static readonly string[] Parts = ["_sum", "_count", "_bucket"];

    /// <summary>Runs the panels after the counters have risen.</summary>
    /// <param name="context">The context of the step.</param>
    /// <param name="verified">The checks of the counters.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Null when no test data was sent.</returns>
    public static async Task<Check?> EvaluateAsync(StepContext context, IReadOnlyList<Check> verified, CancellationToken ct)
    {
        var target = context.Target;
        if (RiseVerification.For(target, context.Baseline) is null) return null;
        if (target.Grafana is null) return CheckTable.MetricsDashboard.Skip("the target has no grafana", context.Clock);
        var ids = target.Metrics.Rises.Select(rise => CheckTable.For(rise).Id).ToHashSet();
        return verified.FirstOrDefault(check => ids.Contains(check.Id) && check.Status != CheckStatus.Passed) is { } failed
            ? CheckTable.MetricsDashboard.Skip($"{failed.Id} did not pass, so there is no new data to show", context.Clock)
            : await CheckTable.MetricsDashboard.EvaluateAsync(
                new CheckScope(context.Clock, ct),
                async () => Judge(target.Metrics.Rises, (await DashboardRunner.RunPanelsAsync(context, ct)).Panels));
    }

    /// <summary>Whether every panel that queries one of the counters shows data.</summary>
    public static CheckOutcome Judge(IReadOnlyList<MetricRise> rises, IReadOnlyList<DashboardPanel> panels)
    {
        string[] names = [.. rises.Select(rise => FamilyOf(rise.Metric)).Distinct()];
        var asked = panels
            .Where(panel => panel.Queries.Any(query => names.Any(name => query.Expression.Contains(name, StringComparison.Ordinal))))
            .ToList();
        if (asked.Count == 0)
        {
            return CheckOutcome.Inconclusive(
                $"No data: no panel queries {string.Join(", ", names)}", "Check that grafana.dashboard names the right dashboard.")
                .Compared(0, 0);
        }

        var without = asked.Where(panel => panel.State != PanelState.Data).ToList();
        string evidence = $"{asked.Count - without.Count} of {asked.Count} panels that query {string.Join(", ", names)} show data";
        return CheckOutcome.MetIf(
            without.Count == 0,
            without.Count == 0 ? evidence : $"{evidence}; not {string.Join(", ", without.Select(Describe))}",
            "Compare the query of the panel that is named with the labels of the series, and its range with the time of the test data.")
            .Compared(asked.Count, asked.Count - without.Count);
    }

    private static string FamilyOf(string metric) =>
        Parts.FirstOrDefault(part => metric.EndsWith(part, StringComparison.Ordinal)) is { } end ? metric[..^end.Length] : metric;

    private static string Describe(DashboardPanel panel) =>
        panel.State == PanelState.Error ? $"{panel.Title} ({panel.Error})" : $"{panel.Title} (no data)";
}
