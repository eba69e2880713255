namespace RsolvDeploy.Dashboards.Models;

/// <summary>A dashboard, read from the classic or the v2 schema.</summary>
/// <param name="Uid">Its uid.</param>
/// <param name="Title">Its title.</param>
/// <param name="Schema">The schema that it is saved in, for people.</param>
internal sealed record Dashboard(string Uid, string Title, string Schema)
{
    /// <summary>Its link, relative to Grafana's address; empty when it is not known.</summary>
    public string Link { get; init; } = "";

    /// <summary>The folder that it lies in; empty when it is not known.</summary>
    public string Folder { get; init; } = "";

    /// <summary>The start of its default range; empty when none is set.</summary>
    public string From { get; init; } = "";

    /// <summary>The end of its default range; empty when none is set.</summary>
    public string To { get; init; } = "";

    /// <summary>How often it refreshes itself; empty for never.</summary>
    public string Refresh { get; init; } = "";

    /// <summary>Its time zone: <c>utc</c>, <c>browser</c> or a name of the IANA database.</summary>
    public string TimeZone { get; init; } = "";

    /// <summary>Its variables, in their order.</summary>
    public IReadOnlyList<Variable> Variables { get; init; } = [];

    /// <summary>Its panels, those of collapsed rows and of all tabs among them.</summary>
    public IReadOnlyList<Panel> Panels { get; init; } = [];
}
