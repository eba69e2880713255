using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Images.Build;

/// <summary>Reads a line of <c>--progress rawjson</c>: the same trace as the engine's, in JSON.</summary>
internal static class BuildxTrace
{
    /// <summary>The message of a line; null when it is none, such as the words of an error.</summary>
    public static BuildTrace? Parse(string line)
    {
        if (!line.StartsWith('{')) return null;
        try
        {
            return JsonNode.Parse(line) is JsonObject message
                ? new BuildTrace([.. Items(message, "vertexes").Select(Step)], [.. Items(message, "statuses").Select(Status)], [.. Items(message, "logs").Select(Log)], [.. Items(message, "warnings").Select(Warning)])
                : null;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null;
        }
    }

    private static IEnumerable<JsonObject> Items(JsonObject message, string key) => (message[key] as JsonArray ?? []).OfType<JsonObject>();

    private static TraceStep Step(JsonObject step) => new(
        step.At("digest").Text() ?? "", step.At("name").Text() ?? "", step["cached"] is JsonValue cached && cached.TryGetValue(out bool yes) && yes,
        step["started"] is not null, step["completed"] is not null, step.At("error").Text() ?? "");

    private static TraceStatus Status(JsonObject status) => new(
        status.At("vertex").Text() ?? "", status.At("id").Text() ?? "", Number(status["current"]), Number(status["total"]), status["completed"] is not null);

    private static TraceLog Log(JsonObject log) => new(log.At("vertex").Text() ?? "", Convert.FromBase64String(log.At("data").Text() ?? ""));

    private static string Warning(JsonObject warning) => System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(warning.At("short").Text() ?? ""));

    private static long Number(JsonNode? node) => node is JsonValue value && value.TryGetValue(out long number) ? number : 0;
}
