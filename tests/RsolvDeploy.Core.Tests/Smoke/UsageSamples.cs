using RsolvDeploy.Smoke;

namespace RsolvDeploy.Core.Tests.Smoke;

/// <summary>Series of measurements for tests.</summary>
internal static class UsageSamples
{
    public const double MegaByte = 1024 * 1024;

    private static readonly DateTimeOffset Start = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    public static UsageSeries Series(IEnumerable<double> values, string pod = "web-a", double every = 15) => new(
        pod, [.. values.Select((value, index) => new UsageSample(Start.AddSeconds(index * every), value))]);

    public static UsageHistory History(params IEnumerable<double>[] pods) => new(
        [.. pods.Select((values, index) => Series(values, $"web-{(char)('a' + index)}"))], "metrics.k8s.io");

    /// <summary>The same noise in every run: between -1 and 1, around zero.</summary>
    public static IEnumerable<double> Noise(int count, int seed = 1)
    {
        var random = new Random(seed);
        for (int index = 0; index < count; index++) yield return (2 * random.NextDouble()) - 1;
    }
}
