using System.Collections.Frozen;
using System.Text.Json;

namespace RsolvDeploy.Health;

/// <summary>Judges the JSON that a health endpoint answers with.</summary>
/// <remarks>
/// Healthy is <c>"status"</c> (or <c>"health"</c>, <c>"state"</c>) saying ok, healthy, pass, passing or up, or <c>"healthy": true</c> (or
/// <c>"ok"</c>), at the top. A part of it that says otherwise (<c>"database": "error"</c>, or with its own status) is worth a look even when
/// the top says healthy.
/// </remarks>
internal static class HealthDocument
{
    private const int MostParts = 5;
    private const string Healthy = "JSON with \"status\": \"ok\" or \"healthy\"";

    private static readonly FrozenSet<string> StateKeys = new[] { "status", "health", "state", "healthy", "ok" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    private static readonly FrozenSet<string> GoodWords = new[] { "ok", "healthy", "pass", "passing", "up" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> BadWords = new[]
        { "unhealthy", "error", "fail", "failed", "failing", "down", "critical", "degraded", "unavailable", "disconnected", "timeout" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static Observation Judge(ReadOnlyMemory<byte> body, ProbeResponse answer)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return Judge(document.RootElement, answer);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)      // the latter: text that is no Unicode
        {
            string type = answer.MediaType.Length > 0 ? answer.MediaType : "a body without a type";
            return new Observation(Outcome.NotMet, $"{answer}, but {type} of {body.Length} bytes that is not JSON")
            {
                Expected = Healthy,
                Actual = type,
                Remedy = "Let the health endpoint answer with JSON that says how the platform is; a web server in front may be answering for it.",
            };
        }
    }

    private static Observation Judge(JsonElement root, ProbeResponse answer)
    {
        string? state = StateOf(root, out bool healthy);
        if (!healthy)
        {
            return new Observation(Outcome.NotMet, state is null ? $"{answer}, but its JSON does not say how it is" : $"{answer}, but its JSON says {state}")
            {
                Expected = Healthy,
                Actual = state ?? "nothing",
                Remedy = "Read the health document and the logs of the new pods: the part that is not healthy is named there.",
            };
        }

        var bad = new List<string>();
        FindBadParts(root, "$", bad);
        return bad.Count == 0
            ? new Observation(Outcome.Met, $"{answer}, says {state}")
            : new Observation(Outcome.MetButLook, $"{answer}, says {state}, but {string.Join(", ", bad)}")
            {
                Remedy = "The platform calls itself healthy although a part of it is not: look at that part.",
            };
    }

    private static string? StateOf(JsonElement root, out bool healthy)
    {
        healthy = false;
        if (root.ValueKind != JsonValueKind.Object) return null;
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (!StateKeys.Contains(property.Name)) continue;
            bool flag = property.Value.ValueKind is JsonValueKind.True or JsonValueKind.False;
            if (!flag && property.Value.ValueKind != JsonValueKind.String) continue;

            string said = flag ? property.Value.GetRawText() : property.Value.GetString()!;
            healthy = flag ? property.Value.ValueKind == JsonValueKind.True : GoodWords.Contains(said);
            return $"{property.Name}: {Shorten(said)}";
        }

        return null;
    }

    private static void FindBadParts(JsonElement element, string path, List<string> bad)
    {
        if (bad.Count >= MostParts) return;
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty property in element.EnumerateObject()) FindBadParts(property.Value, $"{path}.{property.Name}", bad);
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            int index = 0;
            foreach (JsonElement item in element.EnumerateArray()) FindBadParts(item, $"{path}[{index++}]", bad);
        }
        else if (element.ValueKind == JsonValueKind.String && BadWords.Contains(element.GetString()!))
        {
            bad.Add($"{path} says {element.GetString()}");
        }
    }

    private static string Shorten(string text) => text.Length <= 40 ? text : $"{text[..40]}…";
}
