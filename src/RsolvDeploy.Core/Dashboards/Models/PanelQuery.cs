using System.Text.Json.Nodes;

namespace RsolvDeploy.Dashboards.Models;

/// <summary>A query of a panel, as it is saved.</summary>
/// <param name="RefId">Its name within the panel.</param>
/// <param name="Source">Its data source.</param>
/// <param name="Body">Its fields, which the plugin of the data source defines.</param>
internal sealed record PanelQuery(string RefId, DataSourceReference Source, JsonObject Body)
{
    /// <summary>Whether it is not shown; an expression may need it all the same.</summary>
    public bool IsHidden { get; init; }
}
