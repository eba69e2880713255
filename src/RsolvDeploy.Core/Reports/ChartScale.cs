namespace RsolvDeploy.Reports;

/// <summary>Maps values from zero on to a span of a chart, with ticks at round values.</summary>
/// <param name="Most">The largest value.</param>
/// <param name="From">Where zero is.</param>
/// <param name="Length">How long the span is.</param>
internal readonly record struct ChartScale(double Most, double From, double Length)
{
    private const int MostTicks = 6;

    private static readonly double[] RoundValues = [1, 2, 5, 10];

    // Seconds and minutes have round values of their own.
    private static readonly double[] RoundSeconds =
        [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400, 604_800];

    /// <summary>The place of a value.</summary>
    public double At(double value) => From + (Length * Math.Clamp(value / Math.Max(Most, double.Epsilon), 0, 1));

    /// <summary>Round values up to the largest, for times.</summary>
    public IEnumerable<double> Seconds()
    {
        var most = Most;
        var step = RoundSeconds.FirstOrDefault(one => most / one <= MostTicks, RoundSeconds[^1]);
        return Steps(step);
    }

    /// <summary>Round values up to the largest.</summary>
    public IEnumerable<double> Values()
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(Most, 1e-9) / MostTicks)));
        var most = Most;
        return Steps(RoundValues.Select(one => one * power).First(one => most / one <= MostTicks));
    }

    /// <summary>Whole values up to the largest, for numbers of things.</summary>
    public IEnumerable<double> Wholes() => Steps(Math.Max(1, Math.Ceiling(Most / MostTicks)));

    private IEnumerable<double> Steps(double step)
    {
        for (var index = 0; index <= MostTicks * 4 && index * step <= Most * 1.0001; index++) yield return index * step;
    }
}
