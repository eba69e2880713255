using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Cluster.Ownership;

/// <summary>
/// A set of fields as the API server keeps it in <c>fieldsV1</c>: a tree whose steps are <c>f:member</c>, <c>k:{keys of an item}</c> and
/// <c>v:value of an item</c>; a leaf, or a <c>.</c> for the item itself, is in the set.
/// </summary>
internal static class FieldPaths
{
    /// <summary>The step of the item itself.</summary>
    public const string Item = ".";

    /// <summary>The paths in a set, each as its steps.</summary>
    public static IEnumerable<string[]> All(JsonNode? fields) => Walk(fields as JsonObject, []);

    /// <summary>Both sets in one.</summary>
    public static JsonObject Union(JsonObject one, JsonObject other)
    {
        var both = (JsonObject)one.DeepClone();
        foreach (var (step, value) in other)
            both[step] = both[step] is JsonObject known && value is JsonObject added ? Union(known, added) : value?.DeepClone();
        return both;
    }

    /// <summary>A path as one text, which no other path has.</summary>
    public static string Key(string[] path) => string.Join('\n', path);

    /// <summary>The step of a container's name in the lists of a pod template.</summary>
    public static string[] Container(string list, string name) =>
        ["f:spec", "f:template", "f:spec", $"f:{list}", $"k:{new JsonObject { ["name"] = name }.ToJsonString()}"];

    /// <summary>Removes a field, or an item of a list, from an object; parents that it leaves empty go with it.</summary>
    public static void Remove(JsonObject item, ReadOnlySpan<string> path)
    {
        var steps = path[^1] == Item ? path[..^1] : path;
        if (steps.IsEmpty) return; // the object itself
        JsonNode? parent = item;
        foreach (var step in steps[..^1]) parent = Child(parent, step);
        if (parent is JsonObject members && steps[^1].Length > 2) members.Remove(steps[^1][2..]);
        else if (parent is JsonArray list && Child(list, steps[^1]) is { } found) list.Remove(found);
        if (parent is JsonObject { Count: 0 } or JsonArray { Count: 0 } && steps.Length > 2) Remove(item, steps[..^1]);
    }

    private static IEnumerable<string[]> Walk(JsonObject? fields, string[] at)
    {
        foreach (var (step, value) in fields ?? [])
        {
            string[] path = [.. at, step];
            if (value is JsonObject { Count: > 0 } inner)
            {
                foreach (var below in Walk(inner, path)) yield return below;
            }
            else
            {
                yield return path;
            }
        }
    }

    private static JsonNode? Child(JsonNode? parent, string step) => (step.FirstOrDefault(), parent) switch
    {
        _ when step.Length < 2 => null,
        ('f', JsonObject members) => members[step[2..]],
        ('k', JsonArray list) when Parsed(step[2..]) is JsonObject keys =>
            list.FirstOrDefault(item => keys.All(key => HasKey(item as JsonObject, key.Key, key.Value))),
        ('v', JsonArray list) when Parsed(step[2..]) is { } value => list.FirstOrDefault(item => JsonNode.DeepEquals(item, value)),
        _ => null,
    };

    private static JsonNode? Parsed(string json)
    {
        try
        {
            return StrictJson.Parse(json);
        }
        catch (JsonException)
        {
            return null; // no API server writes it
        }
    }

    // The protocol of a port is a key, and has a default.
    private static bool HasKey(JsonObject? item, string key, JsonNode? value) =>
        JsonNode.DeepEquals(item?[key] ?? (key == "protocol" ? "TCP" : null), value);
}
