namespace RsolvDeploy.Smoke;

/// <summary>
/// The line through samples by least squares, and the interval that holds its slope with 95 % confidence. Samples that follow each other
/// are alike, so that fewer of them are independent: the interval is wider by their autocorrelation.
/// </summary>
/// <param name="Start">The value of the line at the first sample.</param>
/// <param name="Slope">The slope, per second.</param>
/// <param name="Low">The lower end of the interval of the slope.</param>
/// <param name="High">Its upper end.</param>
internal sealed record Trend(double Start, double Slope, double Low, double High)
{
    /// <summary>The fewest samples that a trend is drawn through.</summary>
    public const int LeastSamples = 5;

    /// <summary>Student's t at 97.5 %, for 1 to 30 degrees of freedom.</summary>
    private static readonly double[] Quantiles =
    [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
        2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ];

    /// <summary>The time between the first and the last sample.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>How much the line rises over that time.</summary>
    public double Growth => Slope * Length.TotalSeconds;

    /// <summary>Whether the values rise, and not only seem to.</summary>
    public bool IsRising => Low > 0;

    /// <summary>Draws the line; null when there are too few samples, or all of one time.</summary>
    public static Trend? From(IReadOnlyList<UsageSample> samples)
    {
        if (samples.Count < LeastSamples) return null;
        double[] x = [.. samples.Select(sample => (sample.At - samples[0].At).TotalSeconds)];
        double[] y = [.. samples.Select(sample => sample.Value)];
        double meanX = x.Average(), meanY = y.Average();
        var spread = x.Sum(one => (one - meanX) * (one - meanX));
        if (spread <= 0) return null;
        var slope = x.Zip(y, (one, value) => (one - meanX) * (value - meanY)).Sum() / spread;
        double[] residuals = [.. x.Zip(y, (one, value) => value - meanY - (slope * (one - meanX)))];
        var squares = residuals.Sum(residual => residual * residual);
        var independent = Independent(residuals, squares);
        var error = Math.Sqrt(squares / (samples.Count - 2) / spread * samples.Count / independent);
        var margin = Quantile(independent - 2) * error;
        return new Trend(meanY - (slope * meanX), slope, slope - margin, slope + margin)
        {
            Length = samples[^1].At - samples[0].At,
        };
    }

    // By the autocorrelation of neighbours: n (1 - r) / (1 + r), three at least.
    private static double Independent(double[] residuals, double squares)
    {
        if (squares <= 0) return residuals.Length;
        var correlation = Math.Clamp(residuals.Zip(residuals.Skip(1), (one, next) => one * next).Sum() / squares, 0, 0.99);
        return Math.Max(3, residuals.Length * (1 - correlation) / (1 + correlation));
    }

    private static double Quantile(double freedom)
    {
        var whole = (int)Math.Floor(freedom);
        return whole < 1 ? Quantiles[0] : whole <= Quantiles.Length ? Quantiles[whole - 1] : 1.96 + (2.5 / whole);
    }
}
