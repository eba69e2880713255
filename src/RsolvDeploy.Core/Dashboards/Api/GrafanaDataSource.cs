using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Dashboards.Api;

/// <summary>A data source of Grafana.</summary>
/// <param name="Uid">Its uid.</param>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its plugin, such as <c>prometheus</c>.</param>
internal sealed record GrafanaDataSource(string Uid, string Name, string Type)
{
    /// <summary>Whether panels without a data source use it.</summary>
    public bool IsDefault { get; init; }

    /// <summary>Its scrape interval or least interval, such as <c>15s</c>; null when it is not set.</summary>
    public string? Interval { get; init; }

    /// <summary>Whether its queries are PromQL.</summary>
    public bool IsPrometheus => Type.Contains("prometheus", StringComparison.OrdinalIgnoreCase)
        || Type.StartsWith("victoriametrics-metrics", StringComparison.Ordinal);

    /// <summary>Reads one of <c>/api/datasources</c> or of the settings; null for one without uid or type.</summary>
    public static GrafanaDataSource? Read(JsonNode? source) =>
        source.At("uid").Text() is not { Length: > 0 } uid || source.At("type").Text() is not { Length: > 0 } type
            ? null
            : new GrafanaDataSource(uid, source.At("name").Text() ?? uid, type)
            {
                IsDefault = source.At("isDefault")?.GetValueKind() == System.Text.Json.JsonValueKind.True,
                Interval = source.At("jsonData", "timeInterval").Text() is { Length: > 0 } interval ? interval : null,
            };
}
