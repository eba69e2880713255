namespace RsolvDeploy;

/// <summary>A query of a dashboard panel that was run.</summary>
/// <param name="RefId">Its name within the panel: <c>A</c>, <c>B</c> and so on.</param>
/// <param name="Expression">The expression that ran, with the values of the variables.</param>
/// <param name="State">What it returned.</param>
public sealed record DashboardQuery(string RefId, string Expression, PanelState State)
{
    /// <summary>The name of its data source; empty when the data source does not exist.</summary>
    public string DataSource { get; init; } = "";

    /// <summary>How many values it returned, over all series.</summary>
    public int Values { get; init; }

    /// <summary>How long it took, with the other queries of its panel to the same data source.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Why it failed; null when it did not.</summary>
    public string? Error { get; init; }

    /// <summary>The warnings of the data source, such as partial data.</summary>
    public IReadOnlyList<string> Notices { get; init => field = value.ToArray(); } = [];

    /// <summary>In one line.</summary>
    public override string ToString() => $"{RefId}: {State}, {Error ?? Expression}";
}
