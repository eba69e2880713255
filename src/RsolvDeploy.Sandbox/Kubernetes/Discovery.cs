using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>What the API server says of itself.</summary>
internal static class Discovery
{
    public static JsonNode? Answer(string path) => path.Trim('/').Split('/') switch
    {
        ["version"] => new JsonObject { ["major"] = "1", ["minor"] = "36", ["gitVersion"] = "v1.36.2+rsolv-sandbox", ["platform"] = "linux/amd64" },
        ["healthz"] or ["readyz"] or ["livez"] => JsonValue.Create("ok"),
        ["api"] => new JsonObject { ["kind"] = "APIVersions", ["versions"] = new JsonArray("v1") },
        ["apis"] => Groups(),
        ["api", "v1"] => Resources("", "v1"),
        ["apis", var group, var version] => Resources(group, version),
        _ => null,
    };

    private static JsonObject Groups() => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. KindInfo.All.Where(kind => kind.Group.Length > 0).GroupBy(kind => (kind.Group, kind.Version)).Select(group => (JsonNode)new JsonObject
        {
            ["name"] = group.Key.Group,
            ["versions"] = new JsonArray(new JsonObject { ["groupVersion"] = $"{group.Key.Group}/{group.Key.Version}", ["version"] = group.Key.Version }),
            ["preferredVersion"] = new JsonObject { ["groupVersion"] = $"{group.Key.Group}/{group.Key.Version}", ["version"] = group.Key.Version },
        })]),
    };

    private static JsonObject Resources(string group, string version) => new()
    {
        ["kind"] = "APIResourceList",
        ["apiVersion"] = "v1",
        ["groupVersion"] = group.Length == 0 ? version : $"{group}/{version}",
        ["resources"] = new JsonArray([.. KindInfo.All.Where(kind => kind.Group == group && kind.Version == version).Select(kind => (JsonNode)new JsonObject
        {
            ["name"] = kind.Plural,
            ["singularName"] = kind.Kind.ToLowerInvariant(),
            ["namespaced"] = kind.Namespaced,
            ["kind"] = kind.Kind,
            ["verbs"] = new JsonArray("create", "delete", "get", "list", "patch", "update", "watch"),
        })]),
    };
}
