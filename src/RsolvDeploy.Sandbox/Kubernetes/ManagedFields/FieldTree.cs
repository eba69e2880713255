using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes.ManagedFields;

/// <summary>Sets of fields as <c>fieldsV1</c> holds them: a tree, whose leaves and <c>.</c> members are in the set.</summary>
internal static class FieldTree
{
    private static readonly string[] OfServer =
    [
        "name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "deletionTimestamp",
        "deletionGracePeriodSeconds", "generateName", "selfLink",
    ];

    /// <summary>The fields of an object that managers can own.</summary>
    public static JsonObject From(JsonObject item)
    {
        var fields = new JsonObject();
        foreach (var (name, value) in item.Where(member => member.Key is not ("apiVersion" or "kind" or "status")))
        {
            if (name != "metadata")
            {
                fields[$"f:{name}"] = Node(name, value);
                continue;
            }

            var metadata = new JsonObject();
            foreach (var (member, inner) in (JsonObject)value!)
                if (!OfServer.Contains(member)) metadata[$"f:{member}"] = Node(member, inner);
            if (metadata.Count > 0) fields["f:metadata"] = metadata;
        }

        return fields;
    }

    /// <summary>The paths in a set.</summary>
    public static HashSet<string> Paths(JsonNode? fields)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        if (fields is JsonObject root) Collect(root, "", paths);
        return paths;
    }

    /// <summary>The set without some of its paths; null when nothing is left.</summary>
    public static JsonObject? Without(JsonObject fields, IReadOnlySet<string> removed, string at = "")
    {
        var left = new JsonObject();
        foreach (var (name, value) in fields)
        {
            var path = $"{at}\n{name}";
            if (value is JsonObject { Count: > 0 } inner)
            {
                if (Without(inner, removed, path) is { } kept) left[name] = kept;
            }
            else if (!removed.Contains(path))
            {
                left[name] = new JsonObject();
            }
        }

        return left.Count == 0 ? null : left;
    }

    /// <summary>Both sets.</summary>
    public static JsonObject Union(JsonObject one, JsonObject other)
    {
        var both = one.Copy();
        foreach (var (name, value) in other)
            both[name] = both[name] is JsonObject known && value is JsonObject added ? Union(known, added) : value?.DeepClone();
        return both;
    }

    /// <summary>The value at a path; null when the object does not have it.</summary>
    public static JsonNode? Value(JsonObject item, string path)
    {
        JsonNode? node = item;
        foreach (var step in path.Split('\n').Skip(1))
        {
            if (step == ".") break;
            node = step[0] == 'f' ? node.At(step[2..]) : Find(node as JsonArray, step);
        }

        return node;
    }

    /// <summary>A path as messages show it: <c>.spec.template.spec.containers[name="app"].image</c>.</summary>
    public static string Describe(string path) => string.Concat(path.Split('\n').Skip(1).Where(step => step != ".").Select(step =>
        step[0] == 'f'
            ? $".{step[2..]}"
            : $"[{string.Join(",", ((JsonObject)JsonNode.Parse(step[2..])!).Select(key => $"{key.Key}={key.Value?.ToJsonString()}"))}]"));

    /// <summary>The item of a list that a step names.</summary>
    public static JsonNode? Find(JsonArray? list, string step)
    {
        var keys = (JsonObject)JsonNode.Parse(step[2..])!;
        return list?.FirstOrDefault(item => keys.All(key =>
            JsonNode.DeepEquals(item.At(key.Key) ?? (key.Key == "protocol" ? "TCP" : null), key.Value)));
    }

    private static JsonObject Node(string name, JsonNode? value)
    {
        var node = new JsonObject();
        if (value is JsonObject { Count: > 0 } map && !FieldSchema.IsAtomic(name))
        {
            foreach (var (member, inner) in map) node[$"f:{member}"] = Node(member, inner);
        }
        else if (value is JsonArray { Count: > 0 } list && FieldSchema.KeysOf(name, list) is { } keys)
        {
            foreach (var item in list)
            {
                var inner = Node("", item);
                inner["."] = new JsonObject();
                node[FieldSchema.NameOf(item, keys)] = inner;
            }
        }

        return node;
    }

    private static void Collect(JsonObject fields, string at, HashSet<string> paths)
    {
        foreach (var (name, value) in fields)
        {
            if (value is JsonObject { Count: > 0 } inner) Collect(inner, $"{at}\n{name}", paths);
            else paths.Add($"{at}\n{name}");
        }
    }
}
