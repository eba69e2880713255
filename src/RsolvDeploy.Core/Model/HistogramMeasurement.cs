namespace RsolvDeploy;

/// <summary>How far the quantiles of a histogram are off, with its buckets and with proposed ones.</summary>
/// <param name="Name">The metric, without <c>_bucket</c>.</param>
public sealed record HistogramMeasurement(string Name)
{
    /// <summary>The upper bounds of its buckets, without infinity.</summary>
    public IReadOnlyList<double> Bounds { get; init => field = value.ToArray(); } = [];

    /// <summary>The proposed upper bounds; empty when no others are better.</summary>
    public IReadOnlyList<double> ProposedBounds { get; init => field = value.ToArray(); } = [];

    /// <summary>The quantiles p50, p95 and p99; empty when nothing was observed.</summary>
    public IReadOnlyList<QuantileMeasurement> Quantiles { get; init => field = value.ToArray(); } = [];

    /// <summary>How many observations were counted in the window.</summary>
    public long Observations { get; init; }

    /// <summary>How many of them are known by their value: they were alone between two scrapes. They are the finer reference.</summary>
    public long Known { get; init; }

    /// <summary>The observations in each bucket, as bars.</summary>
    public string Sparkline { get; init; } = "";

    /// <summary>Why buckets are proposed or not.</summary>
    public string Reason { get; init; } = "";

    /// <summary>In one line.</summary>
    public override string ToString() => $"{Name}: {Observations} observations";
}
