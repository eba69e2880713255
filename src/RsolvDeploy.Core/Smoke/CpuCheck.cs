using RsolvDeploy.Checks;

namespace RsolvDeploy.Smoke;

/// <summary>
/// <c>smoke.cpu</c>: no pod uses far more CPU than before the deployment. Without a baseline each is compared with its own median.
/// </summary>
internal static class CpuCheck
{
    /// <summary>What a pod may always use more: below it a difference is noise, in cores.</summary>
    private const double Noise = 0.1;
    private const double NearLimit = 0.9;
    private const string Remedy = "Look at what the pods compute: new queries, retries, garbage collection.";

    public static CheckOutcome Judge(UsageHistory usage, IReadOnlyList<SmokePod> pods, SmokeCpuSettings settings, double? baseline)
    {
        if (usage.Series.Count == 0) return CheckOutcome.Inconclusive($"No data: {usage.Source} has no CPU of the pods");
        var outcome = WorstOutcome.From([.. usage.Series.Select(series =>
            JudgeOne(series, pods.FirstOrDefault(pod => pod.Name == series.Pod)?.CpuLimit, settings, baseline))]);
        return outcome with { Evidence = $"{outcome.Evidence} ({usage.Source})" };
    }

    private static CheckOutcome JudgeOne(UsageSeries series, double? limit, SmokeCpuSettings settings, double? baseline)
    {
        if (series.Samples.Count < Trend.LeastSamples)
        {
            return CheckOutcome.Inconclusive(
                $"No data: {series.Pod} has {series.Samples.Count} samples, {Trend.LeastSamples} are needed", "Test again in a minute.");
        }

        double[] values = [.. series.Samples.Select(sample => sample.Value)];
        double median = values.Order().ElementAt(values.Length / 2), peak = values.Max();
        var normal = baseline ?? median;
        var most = (settings.Spike * normal) + Noise;
        var compared = baseline is null ? Text($"its median {median:0.000}") : Text($"{baseline:0.000} before the deployment");
        var evidence = Text($"{series.Pod}: peak {peak:0.000} cores, median {median:0.000}, allowed {most:0.000} by {compared}");
        // A single sample may be a garbage collection; two in a row, or the last one, are a load that stays.
        var isSustained = values[^1] > most || values.Zip(values.Skip(1)).Any(pair => pair.First > most && pair.Second > most);
        var outcome = peak <= most ? NearTheLimit(evidence, median, limit)
            : isSustained ? CheckOutcome.NotMet(evidence, Remedy)
            : CheckOutcome.Warning($"{evidence}; a single sample", Remedy);
        return outcome.Compared(most, peak);
    }

    private static CheckOutcome NearTheLimit(string evidence, double median, double? limit) => median > NearLimit * limit
        ? CheckOutcome.Warning(Text($"{evidence}; the limit is {limit:0.000} cores, so that the pod is throttled"), "Raise the CPU limit.")
        : CheckOutcome.Met(evidence);

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
