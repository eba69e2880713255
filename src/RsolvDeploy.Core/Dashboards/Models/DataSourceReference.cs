using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Dashboards.Models;

/// <summary>How a panel, a query or a variable names its data source. Variables in it are not resolved yet.</summary>
/// <param name="Type">Its plugin; null when it is not named.</param>
/// <param name="Uid">Its uid or, in older dashboards, its name; null for the default one.</param>
internal sealed record DataSourceReference(string? Type, string? Uid)
{
    /// <summary>The default data source.</summary>
    public static readonly DataSourceReference Default = new(null, null);

    /// <summary>Whether each query names its own.</summary>
    public bool IsMixed => Uid == "-- Mixed --";

    /// <summary>Whether the data is that of another panel of the dashboard.</summary>
    public bool IsDashboard => Uid == "-- Dashboard --" || Type == "-- Dashboard --";

    /// <summary>Whether it is a server-side expression over other queries of the panel.</summary>
    public bool IsExpression => Uid is "__expr__" or "-100" || Type == "__expr__";

    /// <summary>Whether it is Grafana itself.</summary>
    public bool IsBuiltIn => Uid is "grafana" or "-- Grafana --";

    /// <summary>Reads a reference of the classic schema: an object, a name, or null.</summary>
    public static DataSourceReference ReadClassic(JsonNode? node) => node switch
    {
        JsonObject => new DataSourceReference(TextOrNull(node.At("type")), TextOrNull(node.At("uid"))),
        _ when node.Text() is { Length: > 0 } name and not "default" => new DataSourceReference(null, name),
        _ => Default,
    };

    private static string? TextOrNull(JsonNode? node) => node.Text() is { Length: > 0 } text ? text : null;
}
