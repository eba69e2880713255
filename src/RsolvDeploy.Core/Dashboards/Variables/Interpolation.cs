using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using RsolvDeploy.Json;

namespace RsolvDeploy.Dashboards.Variables;

/// <summary>
/// Replaces variables in text: <c>$name</c>, <c>${name}</c>, <c>${name:format}</c>, <c>${name.field}</c>, <c>[[name]]</c> and
/// <c>[[name:format]]</c>. What is no known variable stays.
/// </summary>
/// <param name="values">The values by the names of the variables.</param>
internal sealed partial class Interpolation(IReadOnlyDictionary<string, VariableValue> values)
{
    /// <summary>The format of variables without one.</summary>
    public string Format { get; init; } = "glob";

    /// <summary>The names of the variables that a text refers to.</summary>
    public static IEnumerable<string> NamesIn(string text) => Reference().Matches(text).Select(Name);

    /// <summary>The text with the values.</summary>
    public string Apply(string text) => text.AsSpan().ContainsAny('$', '[') ? Reference().Replace(text, ValueOf) : text;

    /// <summary>The same for every text of a document; a copy of it. Names of members stay.</summary>
    public JsonNode? Apply(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Apply(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Apply)]),
        _ when node?.GetValueKind() == JsonValueKind.String => Apply(node.Text()!),
        _ => node?.DeepClone(),
    };

    private static string Name(Match reference) => reference.Groups["name"].Value;

    private string ValueOf(Match reference)
    {
        var name = Name(reference);
        var field = reference.Groups["field"];
        // ${__org.name} is a variable of its own; a field of another variable is its value or its text.
        if (field.Success && values.TryGetValue($"{name}.{field.Value}", out var own)) return VariableFormat.Apply(own, "raw");
        if (!values.TryGetValue(name, out var value)) return reference.Value;
        var format = reference.Groups["format"] is { Success: true } given ? given.Value : field.Value == "text" ? "text" : Format;
        return VariableFormat.Apply(value, format);
    }

    [GeneratedRegex(
        @"\$\{(?<name>\w+)(?:\.(?<field>[^:}]+))?(?::(?<format>[^}]+))?\}|\$(?<name>\w+)|\[\[(?<name>\w+)(?::(?<format>[^\]]+))?\]\]",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}
