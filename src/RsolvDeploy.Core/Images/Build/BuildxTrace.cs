using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Images.Build;

/// <summary>Reads a line of <c>--progress rawjson</c>: the engine's trace in JSON.</summary>
internal static class BuildxTrace
{
    /// <summary>The message of a line; null for another line, such as an error.</summary>
    public static BuildTrace? Parse(string line)
    {
        if (!line.StartsWith('{')) return null;
        try
        {
            return StrictJson.Parse(line) is JsonObject message
                ? new BuildTrace(
                    Read(message, "vertexes", Step),
                    Read(message, "statuses", Status),
                    Read(message, "logs", Log),
                    Read(message, "warnings", Warning))
                : null;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null;
        }
    }

    private static T[] Read<T>(JsonObject message, string key, Func<JsonObject, T> read) =>
        message[key].Objects().Select(read).ToArray();

    private static TraceStep Step(JsonObject step) => new(
        step.At("digest").Text() ?? "", step.At("name").Text() ?? "",
        step["cached"] is JsonValue cached && cached.TryGetValue(out bool yes) && yes,
        step["started"] is not null, step["completed"] is not null, step.At("error").Text() ?? "");

    private static TraceStatus Status(JsonObject status) => new(
        status.At("vertex").Text() ?? "",
        status.At("id").Text() ?? "",
        Number(status["current"]),
        Number(status["total"]),
        status["completed"] is not null);

    private static TraceLog Log(JsonObject log) =>
        new(log.At("vertex").Text() ?? "", Convert.FromBase64String(log.At("data").Text() ?? ""));

    private static string Warning(JsonObject warning) =>
        System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(warning.At("short").Text() ?? ""));

    private static long Number(JsonNode? node) => node is JsonValue value && value.TryGetValue(out long number) ? number : 0;
}
