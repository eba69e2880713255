using System.Text.Json;

namespace RsolvDeploy.Monitoring;

/// <summary>Reads groups of rules whole.</summary>
internal static class PrometheusRuleReader
{
    public static IReadOnlyList<PrometheusRuleGroup> Read(PrometheusResponse response) =>
        [.. response.Array(response.Data, "groups").Select(group => GroupOf(response, group))];

    private static PrometheusRuleGroup GroupOf(PrometheusResponse response, JsonElement group) => new(
        response.Text(group, "name"),
        PrometheusResponse.TextOrEmpty(group, "file"),
        PrometheusResponse.DurationOrNone(group, "interval") ?? PrometheusTargetReader.AssumedInterval,
        [.. response.Array(group, "rules").Select(rule => RuleOf(response, rule))])
    {
        Limit = group.TryGetProperty("limit", out var limit) && limit.ValueKind == JsonValueKind.Number && limit.TryGetInt32(out var most)
            ? most
            : 0,
    };

    private static PrometheusRule RuleOf(PrometheusResponse response, JsonElement rule) => new(
        response.Text(rule, "name"),
        response.Text(rule, "query"),
        PrometheusResponse.TextOrEmpty(rule, "type").Equals("alerting", StringComparison.OrdinalIgnoreCase))
    {
        For = PrometheusResponse.DurationOrNone(rule, "duration") ?? TimeSpan.Zero,
        KeepFiringFor = PrometheusResponse.DurationOrNone(rule, "keepFiringFor") ?? TimeSpan.Zero,
        Labels = response.LabelsOrNone(rule, "labels"),
        Annotations = response.LabelsOrNone(rule, "annotations"),
    };
}
