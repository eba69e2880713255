namespace RsolvDeploy.Measurements;

/// <summary>Numbers as a line of bars.</summary>
internal static class Sparkline
{
    /// <summary>How many bars a line over time has.</summary>
    public const int Width = 24;

    private const string Bars = "▁▂▃▄▅▆▇█";

    /// <summary>A bar for each number; a space for one that is missing.</summary>
    public static string From(IReadOnlyList<double?> numbers)
    {
        var known = numbers.OfType<double>().Where(double.IsFinite).ToList();
        if (known.Count == 0) return "";
        var (low, high) = (Math.Min(0, known.Min()), known.Max());
        return string.Concat(numbers.Select(number => number is not { } one || !double.IsFinite(one) ? ' '
            : Bars[high > low ? (int)Math.Round((one - low) / (high - low) * (Bars.Length - 1)) : 0]));
    }

    /// <summary>The largest values of each part of a window.</summary>
    public static string From(IReadOnlyList<MeasuredSeries> series, int count)
    {
        var parts = new double?[Math.Min(Width, count)];
        foreach (var one in series)
        {
            for (var index = 0; index < count; index++)
            {
                if (one[index] is var value && !double.IsFinite(value)) continue;
                var part = (int)((long)index * parts.Length / count);
                if (!(parts[part] >= value)) parts[part] = value;
            }
        }

        return From(parts);
    }
}
