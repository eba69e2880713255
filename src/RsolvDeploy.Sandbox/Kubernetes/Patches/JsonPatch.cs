using System.Globalization;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes.Patches;

/// <summary>JSON patch, RFC 6902: add, remove, replace and test.</summary>
internal static class JsonPatch
{
    public static JsonObject Apply(JsonObject item, JsonArray patch)
    {
        foreach (var step in patch.OfType<JsonObject>()) Step(item, step["op"].Text() ?? "", step["path"].Text() ?? "", step["value"]);
        return item;
    }

    private static void Step(JsonObject item, string operation, string path, JsonNode? value)
    {
        var names = path.Split('/')
            .Skip(1)
            .Select(name => name.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))
            .ToList();
        if (names.Count == 0) throw Refused(path);
        JsonNode? parent = item;
        foreach (var name in names.SkipLast(1)) parent = Child(parent, name) ?? throw Refused(path);
        var last = names[^1];
        switch (operation, parent)
        {
            case ("test", _):
                if (!JsonNode.DeepEquals(Child(parent, last), value))
                    throw ApiError.Invalid("the server rejected our request due to an error in our request: test failed");
                break;
            case ("add" or "replace", JsonObject members):
                if (operation == "replace" && !members.ContainsKey(last)) throw Refused(path);
                members[last] = value?.DeepClone();
                break;
            case ("remove", JsonObject members):
                if (!members.Remove(last)) throw Refused(path);
                break;
            case ("add", JsonArray list):
                list.Insert(last == "-" ? list.Count : Index(last, path), value?.DeepClone());
                break;
            case ("replace", JsonArray list):
                list[Index(last, path)] = value?.DeepClone();
                break;
            case ("remove", JsonArray list):
                list.RemoveAt(Index(last, path));
                break;
            default:
                throw Refused(path);
        }
    }

    private static JsonNode? Child(JsonNode? parent, string name) => parent switch
    {
        JsonObject members => members[name],
        JsonArray list when int.TryParse(name, CultureInfo.InvariantCulture, out var index) && index < list.Count => list[index],
        _ => null,
    };

    private static int Index(string name, string path) =>
        int.TryParse(name, CultureInfo.InvariantCulture, out var index) ? index : throw Refused(path);

    private static ApiError Refused(string path) =>
        ApiError.Invalid($"the server rejected our request due to an error in our request: doc is missing path \"{path}\"");
}
