namespace RsolvDeploy;

/// <summary>A quantile of a histogram, as its buckets estimate it.</summary>
/// <param name="Quantile">The quantile, 0 to 1.</param>
/// <param name="Estimate">What <c>histogram_quantile</c> returns for the whole window.</param>
public sealed record QuantileMeasurement(double Quantile, double Estimate)
{
    /// <summary>The lower bound of its bucket: the quantile is above it.</summary>
    public double Lower { get; init; }

    /// <summary>The upper bound of its bucket; null for the last bucket, which has none.</summary>
    public double? Upper { get; init; }

    /// <summary>The quantile by the finer reference; null when too few observations are known.</summary>
    public double? Reference { get; init; }

    /// <summary>By how much the estimate is off, as a ratio of the reference; null without one.</summary>
    public double? Error { get; init; }

    /// <summary>By how much it is off with the proposed buckets; null when none are proposed.</summary>
    public double? ProposedError { get; init; }

    /// <summary>In one line.</summary>
    public override string ToString() => FormattableString.Invariant($"p{Quantile * 100:G4}: {Estimate:G6}");
}
