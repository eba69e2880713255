namespace RsolvDeploy.Dashboards.Models;

/// <summary>A panel of a dashboard, as it is saved.</summary>
/// <param name="Id">Its number within the dashboard.</param>
/// <param name="Title">Its title.</param>
/// <param name="Type">Its visualization, such as <c>timeseries</c>.</param>
internal sealed record Panel(int Id, string Title, string Type)
{
    /// <summary>Its queries; empty for text, links and the like.</summary>
    public IReadOnlyList<PanelQuery> Queries { get; init; } = [];

    /// <summary>The row or tab that it stands in; empty for none.</summary>
    public string Row { get; init; } = "";

    /// <summary>The variables that it, its row or its tab is repeated for, outermost first.</summary>
    public IReadOnlyList<string> Repeats { get; init; } = [];

    /// <summary>The uid of the library panel that it is; null when it is none, or its queries are known.</summary>
    public string? Library { get; init; }

    /// <summary>The least interval of its queries, such as <c>1m</c> or <c>&gt;1m</c>; null for the data source's.</summary>
    public string? Interval { get; init; }

    /// <summary>The most points of a series; null for the default.</summary>
    public int? MaxDataPoints { get; init; }

    /// <summary>Its own length of the range, such as <c>1h</c>; null for the dashboard's range.</summary>
    public string? TimeFrom { get; init; }

    /// <summary>How far its range is shifted back, such as <c>1d</c>; null for not at all.</summary>
    public string? TimeShift { get; init; }
}
