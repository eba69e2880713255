using RsolvDeploy.Checks;
using RsolvDeploy.Monitoring;

namespace RsolvDeploy.Core.Tests.Monitoring;

/// <summary>Whether the panels of a dashboard show the counters that test data moved.</summary>
public sealed class DashboardDataCheckTests
{
    private static readonly MetricRise[] Rises = [new("validation", "runs_total", 1), new("trust-score", "trust_value_sum", 95)];

    [Fact]
    public void Panels_that_show_the_counters_are_met_and_others_do_not_count()
    {
        CheckOutcome outcome = DashboardDataCheck.Judge(Rises,
        [
            Panel("Runs", PanelState.Data, "sum(rate(runs_total[5m]))"),
            Panel("Trust", PanelState.Data, "histogram_quantile(0.5, trust_value_bucket)"),
            Panel("Memory", PanelState.NoData, "process_resident_memory_bytes"),
        ]);

        Assert.Equal((CheckResult.Met, 2, 2), (outcome.Result, outcome.Expected, outcome.Actual));
        Assert.Equal("2 of 2 panels that query runs_total, trust_value show data", outcome.Evidence);
    }

    [Fact]
    public void Panels_without_data_and_with_an_error_are_named()
    {
        CheckOutcome outcome = DashboardDataCheck.Judge(Rises,
        [
            Panel("Runs", PanelState.NoData, "runs_total{environment=\"prod\"}"),
            Panel("Trust", PanelState.Error, "trust_value_sum(") with { Error = "parse error" },
        ]);

        Assert.Equal((CheckResult.NotMet, 2, 0), (outcome.Result, outcome.Expected, outcome.Actual));
        Assert.EndsWith("; not Runs (no data), Trust (parse error)", outcome.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dashboard_that_queries_none_of_the_counters_decides_nothing() => Assert.Equal(
        CheckResult.Inconclusive, DashboardDataCheck.Judge(Rises, [Panel("Memory", PanelState.Data, "memory_bytes")]).Result);

    private static DashboardPanel Panel(string title, PanelState state, string expression) =>
        new(1, title, state) { Queries = [new DashboardQuery("A", expression, state)] };
}
