using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Monitoring;

/// <summary>A panel of the sandbox's dashboards, whatever schema they are in.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Title">Its title.</param>
/// <param name="Type">Its visualization.</param>
/// <param name="Query">Its PromQL.</param>
internal sealed record GrafanaPanel(int Id, string Title, string Type, string Query)
{
    /// <summary>The variable that it is repeated for; null for none.</summary>
    public string? Repeat { get; init; }

    public bool IsRange => Type == "timeseries";
}

/// <summary>The panels, the library panel and the data source that both schemas show.</summary>
internal static class GrafanaPanels
{
    /// <summary>The uid of the only data source.</summary>
    public const string Datasource = "prometheus";

    /// <summary>The uid of the library panel.</summary>
    public const string LibraryUid = "rsolv-trust-score";

    public const string LibraryName = "Mean trust score";

    private const string Here = "{environment=\"$environment\"}";

    public static readonly GrafanaPanel[] All =
    [
        new(1, "Validations", "stat", $"sum(rsolv_validation_executions_total{Here})"),
        new(2, "Validation rate", "timeseries", $"sum by (language) (rate(rsolv_validation_executions_total{Here}[$__rate_interval]))"),
        new(3, "Validation time, p95", "timeseries",
            $"histogram_quantile(0.95, sum by (le) (rate(rsolv_validation_duration_milliseconds_bucket{Here}[5m])))"),
        new(4, "Mitigations", "stat", $"sum(rsolv_mitigation_executions_total{Here})"),
        new(5, "Mitigation rate", "timeseries", $"sum by (language) (rate(rsolv_mitigation_executions_total{Here}[5m]))"),
        new(8, "Up: $instance", "stat", $"up{{environment=\"$environment\",instance=~\"$instance\"}}") { Repeat = "instance" },
    ];

    public static GrafanaPanel Library { get; } = new(
        6,
        LibraryName,
        "gauge",
        $"sum(rsolv_mitigation_trust_score_value_sum{Here}) / sum(rsolv_mitigation_trust_score_value_count{Here})");

    /// <summary>The query of the variable that lists the environments.</summary>
    public const string Environments = "label_values(up, environment)";

    /// <summary>The query of a variable that depends on another.</summary>
    public const string Instances = "label_values(up{environment=\"$environment\"}, instance)";

    public static JsonObject Source() => new() { ["type"] = "prometheus", ["uid"] = Datasource };

    public static JsonObject Target(GrafanaPanel panel) => new()
    {
        ["refId"] = "A",
        ["expr"] = panel.Query,
        ["datasource"] = Source(),
        ["instant"] = !panel.IsRange,
        ["range"] = panel.IsRange,
    };
}
