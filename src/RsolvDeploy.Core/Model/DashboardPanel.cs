namespace RsolvDeploy;

/// <summary>A panel of a dashboard whose queries were run.</summary>
/// <param name="Id">Its number within the dashboard. The instances of a repeated panel have the same one.</param>
/// <param name="Title">Its title, with the values of the variables.</param>
/// <param name="State">The worst of its queries: error, data, no data.</param>
public sealed record DashboardPanel(int Id, string Title, PanelState State)
{
    /// <summary>Its visualization, such as <c>timeseries</c>.</summary>
    public string Type { get; init; } = "";

    /// <summary>The row or tab that it stands in; empty for none.</summary>
    public string Row { get; init; } = "";

    /// <summary>Its queries. Hidden ones are not run, unless an expression needs them.</summary>
    public IReadOnlyList<DashboardQuery> Queries { get; init => field = value.ToArray(); } = [];

    /// <summary>Why a query failed; null when none did.</summary>
    public string? Error { get; init; }

    /// <summary>In one line.</summary>
    public override string ToString() => $"{Title}: {State}";
}
