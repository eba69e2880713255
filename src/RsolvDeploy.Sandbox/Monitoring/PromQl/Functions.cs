namespace RsolvDeploy.Sandbox.Monitoring.PromQl;

/// <summary>The supported functions, by the type of their argument.</summary>
internal static class Functions
{
    public static readonly HashSet<string> Aggregations =
        new(["sum", "count", "avg", "min", "max", "group", "stddev", "topk", "bottomk", "quantile"], StringComparer.Ordinal);

    private static readonly Dictionary<string, Func<Sample[], double, double?>> OverTime = new(StringComparer.Ordinal)
    {
        ["rate"] = (s, seconds) => Increase(s, seconds) / seconds,
        ["increase"] = Increase,
        ["delta"] = (s, _) => s.Length < 2 ? null : s[^1].Value - s[0].Value,
        ["irate"] = (s, _) => s.Length < 2 ? null : Increase(s[^2..], 0) / Math.Max(0.001, (s[^1].Time - s[^2].Time) / 1000.0),
        ["changes"] = (s, _) => s.Zip(s.Skip(1)).Count(p => p.First.Value != p.Second.Value),
        ["resets"] = (s, _) => s.Zip(s.Skip(1)).Count(p => p.Second.Value < p.First.Value),
        ["count_over_time"] = (s, _) => s.Length,
        ["sum_over_time"] = (s, _) => s.Sum(p => p.Value),
        ["avg_over_time"] = (s, _) => s.Average(p => p.Value),
        ["min_over_time"] = (s, _) => s.Min(p => p.Value),
        ["max_over_time"] = (s, _) => s.Max(p => p.Value),
        ["last_over_time"] = (s, _) => s[^1].Value,
        ["present_over_time"] = (_, _) => 1,
    };

    private static readonly Dictionary<string, Func<double, double>> OfNumber = new(StringComparer.Ordinal)
    {
        ["abs"] = Math.Abs,
        ["ceil"] = Math.Ceiling,
        ["floor"] = Math.Floor,
        ["round"] = v => Math.Floor(v + 0.5),
        ["sqrt"] = Math.Sqrt,
    };

    private static readonly Dictionary<string, int> Others = new(StringComparer.Ordinal)
    {
        ["absent"] = 1,
        ["time"] = 0,
        ["vector"] = 1,
        ["scalar"] = 1,
        ["sort"] = 1,
        ["sort_desc"] = 1,
        ["timestamp"] = 1,
        ["clamp_min"] = 2,
        ["clamp_max"] = 2,
        ["histogram_quantile"] = 2,
        ["label_replace"] = 5,
    };

    public static readonly HashSet<string> Known = [.. OverTime.Keys, .. OfNumber.Keys, .. Others.Keys];

    public static bool TryGetOverTime(string name, out Func<Sample[], double, double?> function) =>
        OverTime.TryGetValue(name, out function!);

    public static bool TryGetOfNumber(string name, out Func<double, double> function) => OfNumber.TryGetValue(name, out function!);

    public static void CheckArguments(Call call, int position)
    {
        int expected = Others.GetValueOrDefault(call.Function, 1);
        if (call.Arguments.Count != expected)
        {
            throw PromQlException.Parse(
                position, $"expected {expected} argument(s) in call to \"{call.Function}\", got {call.Arguments.Count}");
        }

        if (OverTime.ContainsKey(call.Function) && call.Arguments[0] is not Selector { Range: not null })
        {
            throw PromQlException.Parse(
                position, $"expected type range vector in call to function \"{call.Function}\", got instant vector");
        }

        if (!OverTime.ContainsKey(call.Function) && call.Arguments.Any(a => a is Selector { Range: not null }))
        {
            throw PromQlException.Parse(
                position, $"expected type instant vector in call to function \"{call.Function}\", got range vector");
        }
    }

    /// <summary>The increase of a counter, corrected for resets and extrapolated to the ends of the window as Prometheus does.</summary>
    private static double? Increase(Sample[] samples, double seconds)
    {
        if (samples.Length < 2)
            return null;
        double rise = samples[^1].Value - samples[0].Value;
        for (int i = 1; i < samples.Length; i++)
        {
            if (samples[i].Value < samples[i - 1].Value)
                rise += samples[i - 1].Value;
        }

        if (seconds <= 0)
            return rise;
        double covered = (samples[^1].Time - samples[0].Time) / 1000.0;
        double between = covered / (samples.Length - 1);
        // The ends of the window are at most one interval away from the samples if the series always existed.
        double reach = Math.Min(seconds, covered + (between * 1.1));
        return covered > 0 ? rise * (reach / covered) : rise;
    }
}
