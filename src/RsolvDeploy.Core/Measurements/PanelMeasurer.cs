using System.Globalization;
using RsolvDeploy.Checks;
using RsolvDeploy.Dashboards;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Measurements;

/// <summary>Measures how long the queries of the dashboard take.</summary>
internal static class PanelMeasurer
{
    /// <summary>A panel that takes as long makes people wait.</summary>
    public static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);

    private const int MostNamed = 3;

    /// <summary>Runs each query alone, and returns them slowest first.</summary>
    /// <exception cref="Errors.DeployException">The dashboard cannot be read.</exception>
    public static async Task<IReadOnlyList<PanelMeasurement>> MeasureAsync(StepContext context, CancellationToken ct)
    {
        using var runner = new DashboardRunner(context, null, ct) { RunsAlone = true };
        var run = await runner.Run;
        return
        [
            .. run.Panels
                .SelectMany(panel => panel.Queries.Select(query => From(panel, query)))
                .OrderByDescending(one => one.Duration),
        ];
    }

    /// <summary><c>measure.panels</c>.</summary>
    public static CheckOutcome Judge(IReadOnlyList<PanelMeasurement> panels)
    {
        if (panels.Count == 0) return CheckOutcome.Inconclusive("No data: no panel of the dashboard has a query").Compared(0, 0);
        var slow = panels.Where(panel => panel.IsSlow).ToList();
        var evidence = $"{panels.Count} queries, the slowest: {string.Join(", ", panels.Take(MostNamed).Select(Describe))}";
        return (slow.Count == 0
            ? CheckOutcome.Met(evidence)
            : CheckOutcome.Warning(
                $"{evidence}; {slow.Count} take {Slow.TotalSeconds:0} s or more",
                "Record what the slow query computes by a recording rule, or let the panel query fewer series."))
            .Compared(0, slow.Count);
    }

    private static PanelMeasurement From(DashboardPanel panel, DashboardQuery query) =>
        new(panel.Title, query.RefId, query.Expression, query.Duration)
        {
            IsSlow = query.Duration >= Slow,
            Values = query.Values,
            Error = query.Error,
        };

    private static string Describe(PanelMeasurement panel) => string.Create(
        CultureInfo.InvariantCulture, $"{panel.Panel} {panel.RefId} {panel.Duration.TotalMilliseconds:0} ms");
}
