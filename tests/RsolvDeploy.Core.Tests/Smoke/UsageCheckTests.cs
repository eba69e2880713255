using RsolvDeploy.Checks;
using RsolvDeploy.Smoke;
using static RsolvDeploy.Core.Tests.Smoke.UsageSamples;

namespace RsolvDeploy.Core.Tests.Smoke;

/// <summary>What memory and CPU of the pods are judged as.</summary>
public class UsageCheckTests
{
    private static readonly SmokePod Limited = new("web-a", "web", DateTimeOffset.UnixEpoch)
    {
        MemoryLimit = 200 * MegaByte,
        CpuLimit = 1,
    };

    [Fact]
    public void Memory_that_stays_passes_with_its_slope()
    {
        CheckOutcome outcome = Memory(Noise(40).Select(noise => (100 + noise) * MegaByte));

        Assert.Equal((CheckResult.Met, 0.1), (outcome.Result, outcome.Expected));
        Assert.Matches(
            @"^web-a: \d+\.\d MB of 200 MB, [+-]\d\.\d\d MB in 585 s \(-\d\.\d\d to [+-]\d\.\d\d with 95 % confidence\) \(metrics",
            outcome.Evidence);
    }

    [Fact]
    public void Memory_that_grows_steadily_fails()
    {
        CheckOutcome outcome = Memory(Noise(40).Select((noise, index) => (100 + index + noise) * MegaByte));

        Assert.Equal(CheckResult.NotMet, outcome.Result);
        Assert.InRange((double)outcome.Actual!, 0.35, 0.43);
    }

    [Fact]
    public void Memory_that_only_may_have_grown_passes() =>
        Assert.Equal(CheckResult.Met, Memory([100 * MegaByte, 90 * MegaByte, 120 * MegaByte, 95 * MegaByte, 115 * MegaByte]).Result);

    [Fact]
    public void A_slow_leak_is_a_warning_with_the_time_that_is_left()
    {
        CheckOutcome outcome = Memory(Enumerable.Range(0, 40).Select(index => (100 + (index / 10.0)) * MegaByte));

        Assert.Equal(CheckResult.MetWithWarning, outcome.Result);
        Assert.Contains("; at this rate the limit is reached in 4.0 h", outcome.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_near_its_limit_fails_in_bytes()
    {
        CheckOutcome outcome = Memory(Enumerable.Repeat(190 * MegaByte, 10));

        Assert.Equal((CheckResult.NotMet, "bytes"), (outcome.Result, outcome.Unit));
        Assert.Equal((180 * MegaByte, 190 * MegaByte), (outcome.Expected, outcome.Actual));
    }

    [Fact]
    public void The_worst_pod_decides_and_all_stand_in_the_evidence()
    {
        var usage = History(
            Enumerable.Repeat(100 * MegaByte, 10), Enumerable.Range(0, 10).Select(index => (100 + (10.0 * index)) * MegaByte));

        CheckOutcome outcome = MemoryCheck.Judge(usage, [Limited], new SmokeMemorySettings());

        Assert.Equal(CheckResult.NotMet, outcome.Result);
        Assert.Contains("web-a: 100.0 MB of 200 MB", outcome.Evidence, StringComparison.Ordinal);
        Assert.Contains("web-b: 190.0 MB without a limit", outcome.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_samples_and_no_series_do_not_decide()
    {
        Assert.Equal(CheckResult.Inconclusive, Memory([1, 2, 3]).Result);
        Assert.Equal(CheckResult.Inconclusive, MemoryCheck.Judge(History(), [], new SmokeMemorySettings()).Result);
        Assert.Equal(CheckResult.Inconclusive, Cpu([0.1, 0.1]).Result);
    }

    [Theory]
    [InlineData(0.2, CheckResult.Met)]
    [InlineData(0.05, CheckResult.NotMet)]
    internal void Cpu_is_compared_with_before_the_deployment(double baseline, CheckResult result)
    {
        CheckOutcome outcome = Cpu([0.3, 0.4, 0.4, 0.4, 0.3], baseline);

        Assert.Equal((result, (2 * baseline) + 0.1, 0.4), (outcome.Result, (double)outcome.Expected!, outcome.Actual));
    }

    [Fact]
    public void Without_a_baseline_a_load_that_stays_fails_and_a_single_sample_warns()
    {
        Assert.Equal(CheckResult.Met, Cpu([0.1, 0.11, 0.09, 0.1, 0.12]).Result);
        Assert.Equal(CheckResult.MetWithWarning, Cpu([0.1, 0.1, 0.9, 0.1, 0.1]).Result);
        Assert.Equal(CheckResult.NotMet, Cpu([0.1, 0.1, 0.9, 0.9, 0.1, 0.1]).Result);
        Assert.Equal(CheckResult.NotMet, Cpu([0.1, 0.1, 0.1, 0.1, 0.9]).Result);
        Assert.Equal(CheckResult.MetWithWarning, Cpu([0.95, 0.95, 0.96, 0.95, 0.95], 0.5).Result);
    }

    private static CheckOutcome Memory(IEnumerable<double> values) =>
        MemoryCheck.Judge(History(values), [Limited], new SmokeMemorySettings());

    private static CheckOutcome Cpu(IEnumerable<double> values, double? baseline = null) =>
        CpuCheck.Judge(History(values), [Limited], new SmokeCpuSettings(), baseline);
}
