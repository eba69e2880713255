using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>The discovery documents of the API server.</summary>
internal static class Discovery
{
    public static JsonNode? Find(string path, IEnumerable<KindInfo> kinds) => path.Trim('/').Split('/') switch
    {
        ["version"] =>
            new JsonObject { ["major"] = "1", ["minor"] = "36", ["gitVersion"] = "v1.36.2+rsolv-sandbox", ["platform"] = "linux/amd64" },
        ["healthz"] or ["readyz"] or ["livez"] => JsonValue.Create("ok"),
        ["api"] => new JsonObject { ["kind"] = "APIVersions", ["versions"] = new JsonArray("v1") },
        ["apis"] => Groups(kinds),
        ["apis", var group] => GroupOf(group, kinds),
        ["api", "v1"] => Resources("", "v1", kinds),
        ["apis", var group, var version] =>
            kinds.Any(kind => kind.Group == group && kind.Version == version) ? Resources(group, version, kinds) : null,
        _ => null,
    };

    private static JsonObject Groups(IEnumerable<KindInfo> kinds) => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. kinds
            .Where(kind => kind.Group.Length > 0)
            .Select(kind => kind.Group)
            .Distinct()
            .Select(group => (JsonNode)Group(group, kinds))]),
    };

    private static JsonObject? GroupOf(string name, IEnumerable<KindInfo> kinds)
    {
        if (!kinds.Any(kind => kind.Group == name)) return null;
        var group = Group(name, kinds);
        group.Insert(0, "kind", "APIGroup");
        group.Insert(1, "apiVersion", "v1");
        return group;
    }

    private static JsonObject Group(string name, IEnumerable<KindInfo> kinds)
    {
        var versions = kinds.Where(kind => kind.Group == name).Select(kind => kind.Version).Distinct().ToList();
        JsonObject Version(string version) => new() { ["groupVersion"] = $"{name}/{version}", ["version"] = version };
        return new JsonObject
        {
            ["name"] = name,
            ["versions"] = new JsonArray([.. versions.Select(Version)]),
            ["preferredVersion"] = Version(versions[0]),
        };
    }

    private static JsonObject Resources(string group, string version, IEnumerable<KindInfo> kinds) => new()
    {
        ["kind"] = "APIResourceList",
        ["apiVersion"] = "v1",
        ["groupVersion"] = group.Length == 0 ? version : $"{group}/{version}",
        ["resources"] = new JsonArray(
            [.. kinds.Where(kind => kind.Group == group && kind.Version == version).SelectMany(Parts)]),
    };

    private static IEnumerable<JsonNode> Parts(KindInfo kind)
    {
        yield return Resource(kind, kind.Plural, kind.Group == KindInfo.PodMetrics.Group
            ? ["get", "list"]
            : ["create", "delete", "get", "list", "patch", "update", "watch"]);
        if (kind.HasStatus) yield return Resource(kind, $"{kind.Plural}/status", ["get", "patch", "update"]);
    }

    private static JsonObject Resource(KindInfo kind, string name, IEnumerable<string> verbs) => new()
    {
        ["name"] = name,
        ["singularName"] = kind.Kind.ToLowerInvariant(),
        ["namespaced"] = kind.Namespaced,
        ["kind"] = kind.Kind,
        ["verbs"] = new JsonArray([.. verbs.Select(verb => (JsonNode)verb)]),
    };
}
