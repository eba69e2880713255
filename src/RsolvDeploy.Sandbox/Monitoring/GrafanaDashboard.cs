using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Monitoring;

/// <summary>The dashboard <c>rfc-060-validation</c>.</summary>
internal static class GrafanaDashboard
{
    public const string Uid = "rfc-060-validation";

    public const string Title = "RFC-060 Validation and Mitigation";

    /// <summary>The uid of the only datasource.</summary>
    public const string Datasource = "prometheus";

    public static JsonObject Make(string environment) => new()
    {
        ["id"] = 1,
        ["uid"] = Uid,
        ["title"] = Title,
        ["tags"] = new JsonArray("rfc-060", "rsolv"),
        ["timezone"] = "utc",
        ["schemaVersion"] = 39,
        ["version"] = 1,
        ["refresh"] = "30s",
        ["editable"] = true,
        ["time"] = new JsonObject { ["from"] = "now-1h", ["to"] = "now" },
        ["templating"] = new JsonObject
        {
            ["list"] = new JsonArray(new JsonObject
            {
                ["name"] = "environment",
                ["label"] = "Environment",
                ["type"] = "query",
                ["datasource"] = Source(),
                ["definition"] = "label_values(up, environment)",
                ["query"] = new JsonObject { ["query"] = "label_values(up, environment)", ["refId"] = "environment" },
                ["current"] = new JsonObject { ["selected"] = true, ["text"] = environment, ["value"] = environment },
                ["options"] = new JsonArray(new JsonObject { ["selected"] = true, ["text"] = environment, ["value"] = environment }),
                ["includeAll"] = false,
                ["multi"] = false,
                ["refresh"] = 1,
            }),
        },
        ["panels"] = new JsonArray(
            Panel(1, "Validations", "stat", "sum(rsolv_validation_executions_total{environment=\"$environment\"})"),
            Panel(
                2,
                "Validation rate",
                "timeseries",
                "sum by (language) (rate(rsolv_validation_executions_total{environment=\"$environment\"}[5m]))"),
            Panel(3, "Validation time, p95", "timeseries",
                "histogram_quantile(0.95, sum by (le) "
                    + "(rate(rsolv_validation_duration_milliseconds_bucket{environment=\"$environment\"}[5m])))"),
            Panel(4, "Mitigations", "stat", "sum(rsolv_mitigation_executions_total{environment=\"$environment\"})"),
            Panel(
                5,
                "Mitigation rate",
                "timeseries",
                "sum by (language) (rate(rsolv_mitigation_executions_total{environment=\"$environment\"}[5m]))"),
            Panel(6, "Mean trust score", "gauge",
                "sum(rsolv_mitigation_trust_score_value_sum{environment=\"$environment\"}) / "
                    + "sum(rsolv_mitigation_trust_score_value_count{environment=\"$environment\"})")),
    };

    private static JsonObject Source() => new() { ["type"] = "prometheus", ["uid"] = Datasource };

    private static JsonObject Panel(int id, string title, string type, string query) => new()
    {
        ["id"] = id,
        ["title"] = title,
        ["type"] = type,
        ["datasource"] = Source(),
        ["gridPos"] = new JsonObject { ["h"] = 8, ["w"] = 8, ["x"] = (id - 1) % 3 * 8, ["y"] = (id - 1) / 3 * 8 },
        ["targets"] = new JsonArray(new JsonObject
        {
            ["refId"] = "A",
            ["expr"] = query,
            ["datasource"] = Source(),
            ["instant"] = type != "timeseries",
            ["range"] = type == "timeseries",
        }),
    };
}
