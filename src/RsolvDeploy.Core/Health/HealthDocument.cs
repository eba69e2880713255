using System.Collections.Frozen;
using System.Text.Json;
using RsolvDeploy.Checks;

namespace RsolvDeploy.Health;

/// <summary>Judges the JSON that a health endpoint responds with.</summary>
/// <remarks>
/// Healthy is <c>"status"</c> (or <c>"health"</c>, <c>"state"</c>) with the value ok, healthy, pass, passing or up, or
/// <c>"healthy": true</c> (or <c>"ok"</c>), at the top. A part with another value (<c>"database": "error"</c>, or with its own status) is a
/// warning even when the top is healthy. A key that is repeated is one too: programs differ in which value holds, so
/// that the worst one decides. Where the target configures rules, they decide instead of the state at the top.
/// </remarks>
internal static class HealthDocument
{
    private const int MostParts = 5;
    private const string Healthy = "JSON with \"status\": \"ok\" or \"healthy\"";

    private static readonly FrozenSet<string> StateKeys = new[] { "status", "health", "state", "healthy", "ok" }.ToFrozenSet(
        StringComparer.OrdinalIgnoreCase);
    private static readonly FrozenSet<string> GoodWords = new[] { "ok", "healthy", "pass", "passing", "up" }.ToFrozenSet(
        StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> BadWords = new[]
        { "unhealthy", "error", "fail", "failed", "failing", "down", "critical", "degraded", "unavailable", "disconnected", "timeout" }
            .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Judges a document.</summary>
    /// <param name="body">The body of the response.</param>
    /// <param name="response">The response.</param>
    /// <param name="rules">The rules that decide; empty: the state at the top does.</param>
    public static CheckOutcome Judge(ReadOnlyMemory<byte> body, ProbeResponse response, IReadOnlyList<DocumentRule> rules)
    {
        string type = response.MediaType.Length > 0 ? response.MediaType : "a body without a type";
        try
        {
            using var document = JsonDocument.Parse(body);
            return rules.Count > 0 ? JudgeByRules(document.RootElement, response, rules) : Judge(document.RootElement, response);
        }
        catch (JsonException)
        {
            return CheckOutcome.NotMet($"{response}, but {type} of {body.Length} bytes that is not JSON",
                "Let the health endpoint respond with JSON that reports the state of the platform; "
                    + "a web server in front may be responding for it.").Compared(Healthy, type);
        }
        catch (InvalidOperationException)
        {
            return CheckOutcome.NotMet($"{response}, but its JSON holds text that is not Unicode (half of a surrogate pair)",
                "Correct how the health endpoint writes text: half of an escaped pair such as \\ud800 has no meaning.").Compared(
                    Healthy, "text that is not Unicode");
        }
    }

    private static CheckOutcome Judge(JsonElement root, ProbeResponse response)
    {
        string? state = StateOf(root, out bool healthy);
        if (!healthy)
        {
            return CheckOutcome.NotMet(state is null ? $"{response}, but its JSON has no state" : $"{response}, but its JSON has {state}",
                "Read the health document and the logs of the new pods: the part that is not healthy is named there.").Compared(
                    Healthy, state ?? "nothing");
        }

        var bad = new List<string>();
        FindBadParts(root, "$", bad);
        return (bad.Count == 0
            ? CheckOutcome.Met($"{response}, {state}")
            : CheckOutcome.Warning(
                $"{response}, {state}, but {string.Join(", ", bad)}",
                "The platform reports healthy although a part of it is not: look at that part."))
            .Compared(Healthy, state);
    }

    private static CheckOutcome JudgeByRules(JsonElement root, ProbeResponse response, IReadOnlyList<DocumentRule> rules)
    {
        var unmet = DocumentRules.FindUnmet(rules, root);
        if (unmet.Count > 0)
        {
            return CheckOutcome.NotMet($"{response}, but {string.Join("; ", unmet)}",
                "Read the health document and the logs of the new pods; correct health.rules where the document has another shape.")
                .Compared($"{rules.Count} rules met", $"{rules.Count - unmet.Count} rules met");
        }

        var bad = new List<string>();
        FindBadParts(root, "$", bad);
        var met = $"{response}, {rules.Count} rules met";
        return (bad.Count == 0
            ? CheckOutcome.Met(met)
            : CheckOutcome.Warning($"{met}, but {string.Join(", ", bad)}", "Look at that part, or add a rule for it to health.rules."))
            .Compared($"{rules.Count} rules met", $"{rules.Count} rules met");
    }

    // Of a repeated key the value that is not healthy counts.
    private static string? StateOf(JsonElement root, out bool healthy)
    {
        healthy = false;
        if (root.ValueKind != JsonValueKind.Object) return null;
        string? first = null, state = null;
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (!StateKeys.Contains(property.Name) || (first is not null && property.Name != first)) continue;
            bool flag = property.Value.ValueKind is JsonValueKind.True or JsonValueKind.False;
            if (!flag && property.Value.ValueKind != JsonValueKind.String) continue;

            string value = flag ? property.Value.GetRawText() : property.Value.GetString()!;
            first = property.Name;
            state = $"{property.Name}: {Shorten(value)}";
            healthy = flag ? property.Value.ValueKind == JsonValueKind.True : GoodWords.Contains(value);
            if (!healthy) return state;
        }

        return state;
    }

    private static void FindBadParts(JsonElement element, string path, List<string> bad)
    {
        if (bad.Count >= MostParts) return;
        if (element.ValueKind == JsonValueKind.Object)
        {
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (JsonProperty property in element.EnumerateObject())
            {
                if (!names.Add(property.Name)) bad.Add($"{path}.{property.Name} is repeated");
                FindBadParts(property.Value, $"{path}.{property.Name}", bad);
            }
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            int index = 0;
            foreach (JsonElement item in element.EnumerateArray()) FindBadParts(item, $"{path}[{index++}]", bad);
        }
        else if (element.ValueKind == JsonValueKind.String && BadWords.Contains(element.GetString()!))
        {
            bad.Add($"{path} is {element.GetString()}");
        }
    }

    private static string Shorten(string text) => text.Length <= 40 ? text : $"{text[..40]}…";
}
