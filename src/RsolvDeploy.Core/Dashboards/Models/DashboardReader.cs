using System.Text.Json.Nodes;

namespace RsolvDeploy.Dashboards.Models;

/// <summary>Reads a dashboard of either schema.</summary>
internal static class DashboardReader
{
    /// <summary>Reads what Grafana returns; null when it is no dashboard.</summary>
    public static Dashboard? Read(JsonObject response) => response switch
    {
        { } when response["spec"] is JsonObject spec && spec["elements"] is not null => ResourceDashboardReader.Read(response),
        // A resource of the v1 API holds the classic schema.
        { } when response["spec"] is JsonObject spec => ClassicDashboardReader.Read(
            new JsonObject { ["dashboard"] = WithUid(spec, response["metadata"]), ["meta"] = new JsonObject() }),
        { } when response["dashboard"] is JsonObject => ClassicDashboardReader.Read(response),
        _ => null,
    };

    private static JsonObject WithUid(JsonObject spec, JsonNode? metadata)
    {
        var dashboard = (JsonObject)spec.DeepClone();
        dashboard["uid"] ??= (metadata as JsonObject)?["name"]?.DeepClone();
        return dashboard;
    }
}
