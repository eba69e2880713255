using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace RsolvDeploy.Core.Tests.Staging;

/// <summary>Holds requests and responses against an OpenAPI description: paths, types, required members, enumerations.</summary>
internal sealed class OpenApiShapes
{
    private readonly JsonNode _document;
    private readonly List<(Regex Pattern, string Path)> _paths;

    private OpenApiShapes(JsonNode document)
    {
        _document = document;
        // A path without variables is tried before one that would match it too.
        _paths = document["paths"]!.AsObject().Select(path => path.Key)
            .OrderBy(path => path.Count(character => character == '{'))
            .Select(path => (new Regex($"^{PatternOf(path)}$"), path))
            .ToList();
    }

    public static OpenApiShapes Load(string file) => new(JsonNode.Parse(File.ReadAllText(file))!);

    // Names of files, branches and references hold slashes.
    private static string PatternOf(string path) =>
        Regex.Replace(Regex.Replace(path, @"\{(path|branch|ref)\}", ".+"), @"\{\w+\}", "[^/]+");

    /// <summary>The path of the description; the path itself when it has none.</summary>
    public string PathOf(Exchange exchange) =>
        _paths.FirstOrDefault(one => one.Pattern.IsMatch(exchange.Path)
            && _document["paths"]![one.Path]![exchange.Method.ToLowerInvariant()] is not null).Path ?? exchange.Path;

    public IReadOnlyList<string> Problems(Exchange exchange)
    {
        if (_document["paths"]![PathOf(exchange)]?[exchange.Method.ToLowerInvariant()] is not { } operation)
            return ["the description has no such call"];
        var problems = new List<string>();
        if (operation["requestBody"]?["content"]?["application/json"]?["schema"] is { } asked)
            Check(asked, exchange.Request.Length == 0 ? null : JsonNode.Parse(exchange.Request), "request", problems);
        var status = $"{exchange.Status}";
        var described = Resolve(operation["responses"]![status]);
        // Every call may be rejected for its token or a limit; the description lists these only where it pleases.
        if (described is null && exchange.Status is 401 or 403 or 404 or 422 or 409 or 304)
        {
            if (exchange.Status != 304) Check(_document["components"]!["schemas"]!["basic-error"]!, Body(exchange), "$", problems);
            return problems;
        }

        if (described is null) return [.. problems, "the description has no such status"];
        if (described["content"]?["application/json"]?["schema"] is { } schema) Check(schema, Body(exchange), "$", problems);
        return problems;
    }

    private static JsonNode? Body(Exchange exchange) => exchange.Response.Length == 0 ? null : JsonNode.Parse(exchange.Response);

    private JsonNode? Resolve(JsonNode? node)
    {
        while (node?["$ref"]?.GetValue<string>() is { } reference)
            node = reference[2..].Split('/').Aggregate((JsonNode?)_document, (inner, part) => inner?[part]);
        return node;
    }

    private void Check(JsonNode schemaOrReference, JsonNode? value, string at, List<string> problems)
    {
        var schema = Resolve(schemaOrReference)!;
        if (value is null)
        {
            if (schema["nullable"]?.GetValue<bool>() != true && !IsAny(schema)) problems.Add($"{at} is null");
            return;
        }

        foreach (var part in schema["allOf"]?.AsArray() ?? []) Check(part!, value, at, problems);
        foreach (var name in (string[])["oneOf", "anyOf"])
        {
            if (schema[name] is JsonArray choices && choices.Min(choice => Count(choice!, value, at)) > 0)
                problems.Add($"{at} matches none of {name}");
        }

        CheckType(schema, value, at, problems);
        foreach (var name in schema["required"]?.AsArray().Select(one => one!.GetValue<string>()) ?? [])
            if (value is JsonObject members && !members.ContainsKey(name)) problems.Add($"{at}.{name} is missing");
        if (value is JsonObject known && schema["properties"] is JsonObject properties)
        {
            foreach (var (name, inner) in properties)
                if (known.ContainsKey(name)) Check(inner!, known[name], $"{at}.{name}", problems);
        }

        if (value is JsonArray items && schema["items"] is { } item)
            for (var index = 0; index < items.Count; index++) Check(item, items[index], $"{at}[{index}]", problems);
    }

    private int Count(JsonNode schema, JsonNode value, string at)
    {
        var problems = new List<string>();
        Check(schema, value, at, problems);
        return problems.Count;
    }

    private static bool IsAny(JsonNode schema) =>
        ((string[])["type", "oneOf", "anyOf", "allOf"]).All(name => schema[name] is null);

    private static void CheckType(JsonNode schema, JsonNode value, string at, List<string> problems)
    {
        var kind = value.GetValueKind();
        var type = schema["type"] as JsonValue is { } named && named.TryGetValue<string>(out var name) ? name : null;
        var fits = type switch
        {
            "object" => kind == JsonValueKind.Object,
            "array" => kind == JsonValueKind.Array,
            "string" => kind == JsonValueKind.String,
            "integer" => kind == JsonValueKind.Number && value.AsValue().TryGetValue<long>(out _),
            "number" => kind == JsonValueKind.Number,
            "boolean" => kind is JsonValueKind.True or JsonValueKind.False,
            _ => true,
        };
        if (!fits) problems.Add($"{at} is no {type}");
        if (schema["enum"] is JsonArray choices && !choices.Any(choice => JsonNode.DeepEquals(choice, value)))
            problems.Add($"{at} is {value.ToJsonString()}, none of {choices.ToJsonString()}");
        if (kind != JsonValueKind.String) return;
        if (schema["pattern"]?.GetValue<string>() is { } pattern && !Regex.IsMatch(value.GetValue<string>(), pattern))
            problems.Add($"{at} does not match {pattern}");
        if (schema["format"]?.GetValue<string>() == "date-time" && !DateTimeOffset.TryParse(value.GetValue<string>(), out _))
            problems.Add($"{at} is no time");
    }
}
