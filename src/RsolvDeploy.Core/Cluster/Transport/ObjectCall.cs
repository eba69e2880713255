using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster.Yaml;
using RsolvDeploy.Json;

namespace RsolvDeploy.Cluster.Transport;

/// <summary>The requests that read, change and delete one object.</summary>
internal static class ObjectCall
{
    public static ApiCall Get(ResourceKind kind, string? ns, string name) =>
        Create(HttpMethod.Get, "get", kind.PathOf(ns, name), kind, ns) with { Name = name };

    public static ApiCall Delete(ResourceKind kind, string? ns, DeleteRequest request) =>
        Create(HttpMethod.Delete, "delete", kind.PathOf(ns, request.Name), kind, ns) with
        {
            Name = request.Name,
            Body = Json(request.ToJson()),
        };

    public static ApiCall Create(ResourceKind kind, string? ns, JsonObject body, bool dryRun) =>
        Create(HttpMethod.Post, "create", kind.PathOf(ns, null) + Query(dryRun, force: false), kind, ns) with
        {
            Name = body.At("metadata", "name").Text(),
            Body = Json(body),
        };

    public static ApiCall Replace(ResourceKind kind, string? ns, string name, JsonObject body) =>
        Create(HttpMethod.Put, "update", kind.PathOf(ns, name) + Query(dryRun: false, force: false), kind, ns) with
        {
            Name = name,
            Body = Json(body),
        };

    public static ApiCall Patch(ResourceKind kind, string? ns, string name, PatchRequest patch) =>
        Create(HttpMethod.Patch, "patch", kind.PathOf(ns, name) + Query(patch.DryRun, patch.Force, patch.Manager), kind, ns) with
        {
            Name = name,
            ContentType = MediaType(patch.Kind),
            Body = patch.Kind == PatchKind.Apply ? Yaml(patch.Body) : Json(patch.Body),
        };

    private static ApiCall Create(HttpMethod method, string verb, string address, ResourceKind kind, string? ns) =>
        new(method, verb, address) { Kind = kind, Namespace = kind.Namespaced ? ns : null };

    private static QueryText Query(bool dryRun, bool force, string? manager = null) => new QueryText()
        .Add("fieldManager", manager ?? "rsolvdeploy")
        .Add("fieldValidation", "Strict")
        .Add("dryRun", dryRun ? "All" : null)
        .Add("force", force ? "true" : null);

    private static byte[] Json(JsonNode body) => Encoding.UTF8.GetBytes(body.ToJsonString());

    // The server reads an apply patch by the rules of YAML: it refuses JSON's escapes of characters beyond U+FFFF, and takes a bare
    // U+0085 for a line break (observed on Kubernetes 1.36).
    private static byte[] Yaml(JsonNode body)
    {
        var text = new ArrayBufferWriter<byte>();
        ObjectYamlWriter.Write(Json(body), text);
        return text.WrittenSpan.ToArray();
    }

    private static string MediaType(PatchKind patch) => patch switch
    {
        PatchKind.Merge => "application/merge-patch+json",
        PatchKind.StrategicMerge => "application/strategic-merge-patch+json",
        PatchKind.Json => "application/json-patch+json",
        PatchKind.Apply => "application/apply-patch+yaml",
        _ => throw new ArgumentOutOfRangeException(nameof(patch)),
    };
}
