using RsolvDeploy.Checks;

namespace RsolvDeploy.Smoke;

/// <summary><c>smoke.memory</c>: the memory of no pod grows steadily, and each is below its limit.</summary>
internal static class MemoryCheck
{
    private const double MegaByte = 1024 * 1024;
    private const string Remedy = "Compare with the memory of the release before; take a heap dump of a pod before you roll back.";
    private static readonly TimeSpan Soon = TimeSpan.FromHours(24);

    public static CheckOutcome Judge(UsageHistory usage, IReadOnlyList<SmokePod> pods, SmokeMemorySettings settings)
    {
        if (usage.Series.Count == 0) return CheckOutcome.Inconclusive($"No data: {usage.Source} has no memory of the pods");
        var outcome = WorstOutcome.From([.. usage.Series.Select(series =>
            JudgeOne(series, pods.FirstOrDefault(pod => pod.Name == series.Pod)?.MemoryLimit, settings))]);
        return outcome with { Evidence = $"{outcome.Evidence} ({usage.Source})" };
    }

    private static CheckOutcome JudgeOne(UsageSeries series, double? limit, SmokeMemorySettings settings)
    {
        var level = series.Samples.Count == 0 ? 0 : series.Samples[^1].Value;
        var share = level / limit;
        var of = limit is { } most ? Text($" of {most / MegaByte:0} MB") : " without a limit";
        if (share > settings.OfLimit)
        {
            return CheckOutcome.NotMet(
                Text($"{series.Pod} uses {level / MegaByte:0.0} MB{of}, {share:P0}; allowed are {settings.OfLimit:P0}"),
                "Raise the memory limit, or find what holds the memory: at the limit the container is killed.")
                .Compared(settings.OfLimit * limit, level, "bytes");
        }

        if (Trend.From(series.Samples) is not { } trend)
        {
            return CheckOutcome.Inconclusive(
                $"No data: {series.Pod} has {series.Samples.Count} samples, {Trend.LeastSamples} are needed", "Test again in a minute.")
                .Compared(settings.MaxGrowth, "never");
        }

        var start = Math.Max(1, trend.Start);
        var seconds = trend.Length.TotalSeconds;
        var (low, high) = (trend.Low * seconds / MegaByte, trend.High * seconds / MegaByte);
        var rise = Text($"{trend.Growth / MegaByte:+0.00;-0.00} MB in {seconds:0} s ({low:+0.00;-0.00} to {high:+0.00;-0.00}");
        var evidence = Text($"{series.Pod}: {level / MegaByte:0.0} MB{of}, {rise} with 95 % confidence)");
        var growth = trend.Growth / start;
        // What surely grew by that much decides, and not what may have.
        if (trend.Low * seconds / start > settings.MaxGrowth)
            return CheckOutcome.NotMet(evidence, Remedy).Compared(settings.MaxGrowth, growth);
        if (trend.IsRising && limit is { } end && (end - level) / trend.Slope is var left && left < Soon.TotalSeconds)
        {
            return CheckOutcome.Warning(Text($"{evidence}; at this rate the limit is reached in {left / 3600:0.0} h"), Remedy)
                .Compared(settings.MaxGrowth, growth);
        }

        return CheckOutcome.Met(evidence).Compared(settings.MaxGrowth, growth);
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
