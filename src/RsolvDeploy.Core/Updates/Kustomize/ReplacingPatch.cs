using System.Text.Json.Nodes;

namespace RsolvDeploy.Updates.Kustomize;

/// <summary>The JSON patch that makes an object another one: its content, its labels and its annotations.</summary>
internal static class ReplacingPatch
{
    private static readonly string[] Kept = ["apiVersion", "kind", "metadata", "status"];

    /// <summary>Creates it.</summary>
    /// <param name="live">The object as it is.</param>
    /// <param name="wanted">The object as it has to become.</param>
    public static JsonArray Create(JsonObject live, JsonObject wanted)
    {
        var patch = new JsonArray();
        foreach (var member in live.Select(one => one.Key).Union(wanted.Select(one => one.Key)).Where(name => !Kept.Contains(name)))
            Add(patch, $"/{member}", live[member], wanted[member]);
        foreach (var member in new[] { "labels", "annotations" })
            Add(patch, $"/metadata/{member}", live["metadata"]?[member], wanted["metadata"]?[member]);
        return patch;
    }

    private static void Add(JsonArray patch, string path, JsonNode? live, JsonNode? wanted)
    {
        if (JsonNode.DeepEquals(live, wanted)) return;
        if (wanted is null) patch.Add(new JsonObject { ["op"] = "remove", ["path"] = path });
        else patch.Add(new JsonObject { ["op"] = live is null ? "add" : "replace", ["path"] = path, ["value"] = wanted.DeepClone() });
    }
}
