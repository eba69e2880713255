using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Dashboards.Models;

/// <summary>Reads members that both schemas have in more than one form.</summary>
internal static class DashboardJson
{
    /// <summary>A text; empty for anything else.</summary>
    public static string Text(JsonNode? node) => node.Text() ?? "";

    /// <summary>A text; null for anything else and for an empty one.</summary>
    public static string? TextOrNull(JsonNode? node) => node.Text() is { Length: > 0 } text ? text : null;

    /// <summary>Whether it is true.</summary>
    public static bool IsTrue(JsonNode? node) => node?.GetValueKind() == JsonValueKind.True;

    /// <summary>A whole number, also where it is written as text.</summary>
    public static int? Number(JsonNode? node) =>
        node.Number() ?? (int.TryParse(node.Text(), System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null);

    /// <summary>The saved selection of a variable: one value or several.</summary>
    public static IReadOnlyList<VariableOption> Selection(JsonNode? current)
    {
        var values = Texts(current.At("value"));
        var texts = Texts(current.At("text"));
        return [.. values.Select((value, index) => new VariableOption(index < texts.Count ? texts[index] : value, value))];
    }

    /// <summary>The saved options of a variable.</summary>
    public static IReadOnlyList<VariableOption> Options(JsonNode? options) => [.. options.Objects().SelectMany(Selection)];

    /// <summary>The filters of an ad hoc variable.</summary>
    public static IReadOnlyList<AdHocFilter> Filters(params ReadOnlySpan<JsonNode?> lists)
    {
        var filters = new List<AdHocFilter>();
        foreach (var list in lists)
        {
            filters.AddRange(list.Objects()
                .Select(filter => new AdHocFilter(Text(filter.At("key")), Text(filter.At("operator")), Text(filter.At("value"))))
                .Where(filter => filter is { Key.Length: > 0, Operator.Length: > 0 }));
        }

        return filters;
    }

    private static List<string> Texts(JsonNode? node) => node switch
    {
        JsonArray list => [.. list.Where(item => item is not null).Select(One!)],
        null => [],
        JsonObject => [],
        _ => [One(node)],
    };

    private static string One(JsonNode node) => node.Text() ?? node.ToJsonString();
}
