using Microsoft.Extensions.Time.Testing;
using RsolvDeploy.Checks;
using RsolvDeploy.Core.Tests.Health;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Core.Tests.Checks;

/// <summary>How many measurements decide a check, and how many may fail: as in an analysis of Argo Rollouts.</summary>
public sealed class RepeatedChecksTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 28, 8, 0, 0, TimeSpan.Zero);

    private readonly ImmediateTime _time = new(Start) { LongestDelay = TimeSpan.FromMinutes(1) };
    private readonly List<TimeSpan> _measured = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("+", CheckResult.Met)]
    [InlineData("-", CheckResult.NotMet)]
    [InlineData("?", CheckResult.Inconclusive)]
    [InlineData("s", CheckResult.Skipped)]
    public async Task One_measurement_decides_by_default_and_stays_as_it_is(string results, object expected)
    {
        Check check = await RunAsync(new VerificationSettings(), results);

        Assert.Equal(expected, check.Result);
        Assert.DoesNotContain("measurements", check.Evidence, StringComparison.Ordinal);
        Assert.Single(_measured);
    }

    [Theory]
    [InlineData("+++", 0, 3, CheckResult.Met)]
    [InlineData("+-", 0, 2, CheckResult.NotMet)]            // the budget is used up at once
    [InlineData("+-+", 1, 3, CheckResult.Met)]
    [InlineData("--", 1, 2, CheckResult.NotMet)]
    public async Task The_failure_budget_decides(string results, int limit, int measurements, object expected)
    {
        Check check = await RunAsync(new VerificationSettings { Count = 3, FailureLimit = limit }, results);

        Assert.Equal((expected, measurements), (check.Result, _measured.Count));
    }

    [Theory]
    [InlineData("?++", 1, CheckResult.Met)]
    [InlineData("??", 1, CheckResult.Inconclusive)]
    [InlineData("s+s", 0, CheckResult.Met)]
    public async Task Measurements_without_data_have_a_budget_of_their_own(string results, int limit, object expected) =>
        Assert.Equal(expected, (await RunAsync(new VerificationSettings { Count = 3, InconclusiveLimit = limit }, results)).Result);

    [Theory]
    [InlineData("+-++", 4, CheckResult.Met)]
    [InlineData("++", 2, CheckResult.Met)]
    [InlineData("+-+-+", 5, CheckResult.Inconclusive)]      // neither enough in a row nor too many failures
    [InlineData("---", 3, CheckResult.NotMet)]
    public async Task Enough_successes_in_a_row_end_it(string results, int measurements, object expected)
    {
        Check check = await RunAsync(new VerificationSettings { Count = 5, FailureLimit = 2, ConsecutiveSuccessLimit = 2 }, results);

        Assert.Equal((expected, measurements), (check.Result, _measured.Count));
    }

    [Theory]
    [InlineData("!!!!+", CheckResult.Met)]
    [InlineData("!!!!!", CheckResult.Unmeasured)]
    [InlineData("x", CheckResult.Unmeasured)]               // it is no use to ask again
    public async Task A_service_that_does_not_respond_is_asked_again_and_this_is_no_measurement(string results, object expected)
    {
        Check check = await RunAsync(new VerificationSettings { Interval = TimeSpan.FromSeconds(1) }, results);

        Assert.Equal((expected, results.Length), (check.Result, _measured.Count));
        Assert.All(_measured.Zip(_measured.Skip(1)), pair => Assert.Equal(TimeSpan.FromSeconds(10), pair.Second - pair.First));
    }

    [Fact]
    public async Task Measurements_start_at_the_interval_and_the_evidence_counts_them()
    {
        Check check = await RunAsync(
            new VerificationSettings { Count = 3, FailureLimit = 1, Interval = TimeSpan.FromSeconds(20) }, "+-!+");

        Assert.Equal([0, 20, 40, 50], _measured.Select(time => time.TotalSeconds));
        Assert.Equal("2 of 3 measurements passed, 1 failed (limit 1), 1 without a response; last: measurement 4", check.Evidence);
        Assert.Equal((CheckStatus.Passed, Start), (check.Status, check.Started));
    }

    [Fact]
    public async Task Each_check_has_its_own_budget_and_a_decided_one_stays()
    {
        IReadOnlyList<Check> checks = await new RepeatedChecks(new VerificationSettings { Count = 2 }, _time).RunAsync(
            async () =>
            {
                _measured.Add(_time.GetUtcNow() - Start);
                return
                [
                    await MeasureAsync(CheckTable.PrometheusTarget, _measured.Count == 1 ? '-' : '+'),
                    await MeasureAsync(CheckTable.PrometheusScrape, '+'),
                ];
            },
            Ct);

        Assert.Equal([CheckResult.NotMet, CheckResult.Met], checks.Select(check => check.Result));
        Assert.Equal("measurement 1", checks[0].Evidence);
    }

    [Fact]
    public async Task A_hundred_checks_take_as_long_as_one()
    {
        var clock = new FakeTimeProvider(Start);
        var each = TimeSpan.FromMilliseconds(200);
        int running = 0;
        Task<IReadOnlyList<Check>> all = new RepeatedChecks(new VerificationSettings(), clock).RunAsync(
            async () => await Task.WhenAll(Enumerable.Range(1, 100).Select(number =>
                CheckTable.MetricsRise.For($"c{number}", "a counter").EvaluateAsync(new CheckScope(clock, Ct), async () =>
                {
                    running++;
                    await Task.Delay(each, clock, Ct);
                    return CheckOutcome.Met("");
                }))),
            Ct);

        Assert.Equal((100, false), (running, all.IsCompleted));      // all of them wait at the same time
        clock.Advance(each);
        Assert.All(await all, check => Assert.Equal((CheckResult.Met, each), (check.Result, check.Duration)));
    }

    private async Task<Check> RunAsync(VerificationSettings settings, string results)
    {
        IReadOnlyList<Check> checks = await new RepeatedChecks(settings, _time).RunAsync(
            async () =>
            {
                _measured.Add(_time.GetUtcNow() - Start);
                return [await MeasureAsync(CheckTable.PrometheusTarget, results[_measured.Count - 1])];
            },
            Ct);
        return Assert.Single(checks);
    }

    private Task<Check> MeasureAsync(CheckDefinition definition, char result)
    {
        string evidence = $"measurement {_measured.Count}";
        return definition.EvaluateAsync(new CheckScope(_time, Ct), () => result switch
        {
            '+' => Task.FromResult(CheckOutcome.Met(evidence)),
            '-' => Task.FromResult(CheckOutcome.NotMet(evidence, null)),
            '?' => Task.FromResult(CheckOutcome.Inconclusive(evidence)),
            's' => Task.FromResult(CheckOutcome.Skipped(evidence)),
            '!' => throw new DeployException("Unreachable", FaultCategory.ConnectionError, "It did not respond.", "Start it."),
            _ => throw new DeployException("Refused", FaultCategory.InvalidOperation, "It refused the query.", "Correct it."),
        });
    }
}
