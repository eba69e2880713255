using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Registry;

/// <summary>An error as the distribution specification writes it.</summary>
internal static class RegistryError
{
    public static IResult Create(int status, string code, string message, JsonNode? detail = null) => Results.Json(
        new JsonObject
        {
            ["errors"] = new JsonArray(new JsonObject { ["code"] = code, ["message"] = message, ["detail"] = detail }),
        },
        statusCode: status);

    public static IResult BlobUnknown(string digest) =>
        Create(404, "BLOB_UNKNOWN", "blob unknown to registry", new JsonObject { ["digest"] = digest });

    public static IResult ManifestUnknown(string reference) =>
        Create(404, "MANIFEST_UNKNOWN", "manifest unknown", new JsonObject { ["reference"] = reference });

    public static IResult NameUnknown(string name) =>
        Create(404, "NAME_UNKNOWN", "repository name not known to registry", new JsonObject { ["name"] = name });

    public static IResult DigestInvalid(string message) => Create(400, "DIGEST_INVALID", message);
}
