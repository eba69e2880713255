using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using RsolvDeploy.Checks;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Core.Tests.Checks;

/// <summary>How a measurement becomes a check.</summary>
public class CheckDefinitionTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(CheckResult.Met, CheckStatus.Passed)]
    [InlineData(CheckResult.MetWithWarning, CheckStatus.Warning)]
    [InlineData(CheckResult.NotMetBefore, CheckStatus.Warning)]
    [InlineData(CheckResult.NotMet, CheckStatus.Failed)]
    [InlineData(CheckResult.Inconclusive, CheckStatus.Skipped)]
    [InlineData(CheckResult.Unmeasured, CheckStatus.Skipped)]
    [InlineData(CheckResult.Skipped, CheckStatus.Skipped)]
    [InlineData(CheckResult.Manual, CheckStatus.Manual)]
    internal void Every_result_has_its_status(CheckResult result, CheckStatus status) =>
        Assert.Equal(status, CheckTable.HealthStatus.ToCheck(new CheckOutcome(result, ""), CheckTimer.Start(_clock)).Status);

    [Fact]
    public async Task A_check_takes_its_time_from_the_clock_and_its_texts_from_the_table()
    {
        DateTimeOffset start = _clock.GetUtcNow();

        Check check = await CheckTable.ImageSize.EvaluateAsync(_clock, () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(3));
            return Task.FromResult(CheckOutcome.NotMet("too large", "shrink it").Compared(10, 20));
        });

        Assert.Equal(
            ("image.size", "Publish", CheckTable.ImageSize.Title, CheckSeverity.Required),
            (check.Id, check.Phase, check.Title, check.Severity));
        Assert.Equal((start, TimeSpan.FromSeconds(3)), (check.Started, check.Duration));
        Assert.Equal(
            ((object)10L, (object)20L, "bytes", "too large", "shrink it"),
            (check.Expected!, check.Actual!, check.Unit, check.Evidence, check.Remedy));
    }

    [Fact]
    public async Task Every_error_but_cancellation_becomes_the_outcome()
    {
        var ours = new DeployException("PrometheusUnreachable", FaultCategory.ConnectionError, "It did not respond.", "Start it.");

        Check unmeasured = await CheckTable.PrometheusScrape.EvaluateAsync(_clock, () => throw ours);
        Check failed = await CheckTable.EnvironmentRegistry.EvaluateAsync(_clock, () => Task.FromException<CheckOutcome>(ours));
        Check unexpected = await CheckTable.EnvironmentRegistry.EvaluateAsync(
            _clock, () => throw new ArgumentException("An item with the same key has already been added."));
        Check timedOut = await CheckTable.EnvironmentRegistry.EvaluateAsync(
            _clock, () => throw new TaskCanceledException("too slow", new TimeoutException()));

        Assert.Equal(
            (CheckStatus.Skipped, CheckResult.Unmeasured, "Not measured (PrometheusUnreachable): It did not respond.", "Start it."),
            (unmeasured.Status, unmeasured.Result, unmeasured.Evidence, unmeasured.Remedy));
        Assert.Equal((CheckStatus.Failed, "It did not respond.", "Start it."), (failed.Status, failed.Evidence, failed.Remedy));
        Assert.Equal(
            (CheckStatus.Failed, "Unexpected: An item with the same key has already been added."),
            (unexpected.Status, unexpected.Evidence));
        Assert.Equal(CheckStatus.Failed, timedOut.Status);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            CheckTable.EnvironmentRegistry.EvaluateAsync(_clock, () => throw new OperationCanceledException()));
    }

    /// <summary>One mechanism for the checks of every step: each definition is measured by something that throws.</summary>
    [Fact]
    public async Task No_exception_of_a_measurement_leaves_its_check_but_the_operators_cancellation()
    {
        using var operators = new CancellationTokenSource();
        using var foreign = new CancellationTokenSource();
        await foreign.CancelAsync();
        var scope = new CheckScope(_clock, operators.Token);
        Exception[] thrown =
        [
            new InvalidOperationException("words"), new UriFormatException("words"), new KeyNotFoundException("words"),
            new OperationCanceledException("words", foreign.Token), new TaskCanceledException("words", new IOException()),
        ];
        foreach (CheckDefinition definition in CheckTable.All.Where(definition => definition.Step is not null))
        {
            foreach (Exception exception in thrown)
            {
                Check check = await definition.EvaluateAsync(scope, () => throw exception);

                Assert.Equal(definition.OnError, check.Result);
                Assert.EndsWith("words", check.Evidence, StringComparison.Ordinal);
                Assert.NotNull(check.Remedy);
            }
        }

        await operators.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            CheckTable.HealthStatus.EvaluateAsync(scope, () => throw new OperationCanceledException()));
    }

    /// <summary>A hundred checks of 200 ms take 200 ms.</summary>
    [Fact]
    public async Task Independent_checks_run_at_once()
    {
        var scope = new CheckScope(_clock, TestContext.Current.CancellationToken);
        Task<Check>[] checks =
        [
            .. Enumerable.Range(0, 100).Select(_ => CheckTable.HealthStatus.EvaluateAsync(scope, async () =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), _clock);
                return CheckOutcome.Met("");
            })),
        ];

        _clock.Advance(TimeSpan.FromMilliseconds(200));

        Assert.All(await Task.WhenAll(checks), check => Assert.Equal(TimeSpan.FromMilliseconds(200), check.Duration));
    }

    [Fact]
    public void What_failed_before_is_a_warning_and_only_that()
    {
        var before = new Baseline { HealthFailing = ["health.status"] };

        Assert.Equal(
            CheckResult.NotMetBefore, BaselineFilter.Apply(CheckTable.HealthStatus, CheckOutcome.NotMet("down", null), before).Result);
        Assert.Equal(CheckResult.NotMet, BaselineFilter.Apply(CheckTable.HealthMetrics, CheckOutcome.NotMet("down", null), before).Result);
        Assert.Equal(CheckResult.Met, BaselineFilter.Apply(CheckTable.HealthStatus, CheckOutcome.Met("up"), before).Result);
        Assert.Equal(CheckResult.NotMet, BaselineFilter.Apply(CheckTable.HealthStatus, CheckOutcome.NotMet("down", null), null).Result);
    }

    [Theory]
    [InlineData(1, """{"e":1}""")]
    [InlineData(2.5, """{"e":2.5}""")]
    [InlineData(true, """{"e":true}""")]
    [InlineData("text", """{"e":"text"}""")]
    [InlineData(double.NaN, """{"e":"NaN"}""")]
    [InlineData(null, """{"e":null}""")]
    public void JSON_keeps_numbers_as_numbers(object? value, string json)
    {
        var check = CheckTable.ImageSize.ToCheck(CheckOutcome.Met("").Compared(value, value), CheckTimer.Start(_clock));

        Assert.Equal(json, JsonSerializer.Serialize(new { e = check.Expected }));
        Assert.True(check.Expected is null or long or double or bool or string);
        Assert.Equal(value is null, check.Unit is null);
    }
}
