namespace RsolvDeploy;

/// <summary>How long a query of a dashboard takes.</summary>
/// <param name="Panel">The title of its panel.</param>
/// <param name="RefId">Its name within the panel.</param>
/// <param name="Expression">The expression that ran, with the values of the variables.</param>
/// <param name="Duration">How long it took, measured here; it ran alone, over the time range of the dashboard.</param>
public sealed record PanelMeasurement(string Panel, string RefId, string Expression, TimeSpan Duration)
{
    /// <summary>Whether it took a second or more.</summary>
    public bool IsSlow { get; init; }

    /// <summary>How many values it returned.</summary>
    public int Values { get; init; }

    /// <summary>Why it failed; null when it did not.</summary>
    public string? Error { get; init; }

    /// <summary>In one line.</summary>
    public override string ToString() => FormattableString.Invariant($"{Panel} {RefId}: {Duration.TotalMilliseconds:0} ms");
}
