using RsolvDeploy.Checks;
using RsolvDeploy.Monitoring;

namespace RsolvDeploy.Core.Tests.Monitoring;

/// <summary>What the rise of a counter means for its check.</summary>
public sealed class RiseChecksTests
{
    private static readonly MetricRise Wanted = new("validation", "runs_total", 1);

    private static readonly CounterBaseline Sent = new(DateTimeOffset.UnixEpoch)
    {
        Sent = 1,
        Labels = new Dictionary<string, string> { ["repo"] = "own/repo", ["language"] = "javascript" },
    };

    [Fact]
    public void A_counter_that_rose_by_what_was_sent_is_met_with_its_numbers()
    {
        CheckOutcome outcome = RiseChecks.JudgeRise(Wanted, [Rise(1, "own/repo") with { IsNew = true }], Sent);

        Assert.Equal((CheckResult.Met, 1.0, 1.0), (outcome.Result, outcome.Expected, outcome.Actual));
        Assert.Equal("runs_total rose by 1 in 1 series of repo=\"own/repo\", 1 of them new; 1 expected", outcome.Evidence);
    }

    [Fact]
    public void Real_traffic_of_other_repositories_does_not_count() =>
        Assert.Equal(1.0, RiseChecks.JudgeRise(Wanted, [Rise(1, "own/repo"), Rise(40, "other/repo")], Sent).Actual);

    [Fact]
    public void A_counter_that_counts_twice_is_not_met()
    {
        CheckOutcome outcome = RiseChecks.JudgeRise(Wanted, [Rise(2, "own/repo")], Sent);

        Assert.Equal(CheckResult.NotMet, outcome.Result);
        Assert.EndsWith("more than was sent", outcome.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void More_is_met_where_real_traffic_cannot_be_told_apart() =>
        Assert.Equal(CheckResult.Met, RiseChecks.JudgeRise(Wanted, [Rise(7, null)], Sent).Result);

    [Theory]
    [InlineData(2, CheckResult.Met)]
    [InlineData(1, CheckResult.Met)]
    [InlineData(3, CheckResult.NotMet)]
    public void A_record_that_may_have_been_stored_twice_may_count_twice(double rise, object expected) =>
        Assert.Equal(expected, RiseChecks.JudgeRise(Wanted, [Rise(rise, "own/repo")], Sent with { Sent = 2 }).Result);

    [Theory]
    [InlineData(1, CheckResult.Met)]
    [InlineData(50, CheckResult.Met)]
    [InlineData(0.5, CheckResult.NotMet)]
    public void Without_test_data_a_counter_has_to_rise_at_least(double rise, object expected) =>
        Assert.Equal(
            expected, RiseChecks.JudgeRise(Wanted, [Rise(rise, "any/repo")], new CounterBaseline(DateTimeOffset.UnixEpoch)).Result);

    [Fact]
    public void A_metric_without_series_is_not_met()
    {
        CheckOutcome outcome = RiseChecks.JudgeRise(Wanted, [], Sent);

        Assert.Equal((CheckResult.NotMet, 0.0), (outcome.Result, outcome.Actual));
        Assert.StartsWith("Prometheus has no series of repo=\"own/repo\" of runs_total", outcome.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_with_the_values_that_were_sent_are_met()
    {
        CheckOutcome outcome = RiseChecks.JudgeLabels(["repo", "language"], [Rise(1, "own/repo", ("language", "javascript"))], Sent);

        Assert.Equal((CheckResult.Met, (object)2L), (outcome.Result, Convert.ToInt64(outcome.Actual, null)));
        Assert.Contains("repo=\"own/repo\", language=\"javascript\"", outcome.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_that_is_missing_or_wrong_is_named()
    {
        CheckOutcome outcome = RiseChecks.JudgeLabels(["repo", "language", "framework"], [Rise(1, "own/repo", ("language", "elm"))], Sent);

        Assert.Equal(CheckResult.NotMet, outcome.Result);
        Assert.Equal(
            "runs_total has language=\"elm\", but \"javascript\" was sent; runs_total has no label framework", outcome.Evidence);
    }

    [Fact]
    public void The_label_of_the_repository_itself_can_be_missing() =>
        Assert.Equal("runs_total has no label repo", RiseChecks.JudgeLabels(["repo"], [Rise(1, null)], Sent).Evidence);

    [Fact]
    public void Labels_of_series_that_did_not_rise_are_not_judged() =>
        Assert.Equal(CheckResult.Skipped, RiseChecks.JudgeLabels(["repo"], [Rise(0, "own/repo")], Sent).Result);

    private static SeriesRise Rise(double rise, string? repository, params (string Name, string Value)[] labels)
    {
        var all = labels.ToDictionary(label => label.Name, label => label.Value);
        if (repository is not null) all["repo"] = repository;
        return new SeriesRise("runs_total", all, rise);
    }
}
