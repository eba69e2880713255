using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace RsolvDeploy.Core.Tests.Dashboards;

/// <summary>
/// The shapes of Grafana's API, as its own description gives them: the names of members and their types. A member that it does not name is
/// a fault, and so is one of another type.
/// </summary>
internal sealed class GrafanaShapes
{
    private readonly JsonObject _types;
    private readonly List<(Regex Path, JsonObject Call)> _calls;

    public GrafanaShapes()
    {
        JsonNode document = JsonNode.Parse(File.ReadAllText(
            Path.Combine(Repository.Root, "tests", "RsolvDeploy.Core.Tests", "Dashboards", "grafana-shapes.json")))!;
        _types = document["types"]!.AsObject();
        _calls = [.. document["calls"]!.AsObject().Select(call =>
            (new Regex($"^{Regex.Escape(call.Key).Replace("\\{uid}", "[^/]+", StringComparison.Ordinal)}$"), call.Value!.AsObject()))];
    }

    /// <summary>The faults of a request and of its response; null when the description has no such call.</summary>
    public IReadOnlyList<string>? Faults(string call, string request, int status, string response)
    {
        if (_calls.Find(one => one.Path.IsMatch(call)).Call is not { } shapes) return null;
        var faults = new List<string>();
        if (shapes["request"] is { } asked) Check((string)asked!, JsonNode.Parse(request), "request", faults);
        if (shapes[status.ToString(CultureInfo.InvariantCulture)] is { } answered)
            Check((string)answered!, JsonNode.Parse(response), "response", faults);
        else faults.Add($"status {status} is not described");
        return faults;
    }

    private void Check(string type, JsonNode? value, string at, List<string> faults)
    {
        type = type.TrimEnd('!');
        if (type.EndsWith("[]", StringComparison.Ordinal))
        {
            if (value is not JsonArray items) faults.Add($"{at} is no list");
            else foreach (JsonNode? item in items) Check(type[..^2], item, $"{at}[]", faults);
        }
        else if (type.StartsWith('{'))
        {
            if (value is not JsonObject members) faults.Add($"{at} is no object");
            else foreach (var (name, member) in members) Check(type[1..^1], member, $"{at}.{name}", faults);
        }
        else if (_types[type] is JsonObject shape)
        {
            CheckMembers(shape, value as JsonObject, at, faults);
        }
        else if (!Fits(type, value))
        {
            faults.Add($"{at} is no {type}: {value?.ToJsonString() ?? "null"}");
        }
    }

    private void CheckMembers(JsonObject shape, JsonObject? value, string at, List<string> faults)
    {
        if (value is null)
        {
            faults.Add($"{at} is no object");
            return;
        }

        foreach (var (name, member) in value)
        {
            if (shape[name] is { } type) Check((string)type!, member, $"{at}.{name}", faults);
            else faults.Add($"{at}.{name} is not described");
        }

        foreach (var (name, type) in shape)
            if (((string)type!).EndsWith('!') && !value.ContainsKey(name)) faults.Add($"{at}.{name} is missing");
    }

    private static bool Fits(string type, JsonNode? value) => type switch
    {
        "any" => true,
        "object" => value is JsonObject,
        "string" => value?.GetValueKind() == JsonValueKind.String,
        "time" => value?.GetValueKind() == JsonValueKind.String
            && DateTimeOffset.TryParse((string)value!, CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "integer" => value?.GetValueKind() == JsonValueKind.Number && value.AsValue().TryGetValue(out long _),
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        _ => false,
    };
}
