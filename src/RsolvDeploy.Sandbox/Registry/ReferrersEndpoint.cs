using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Images;

namespace RsolvDeploy.Sandbox.Registry;

/// <summary>The referrers API of OCI 1.1: the manifests whose subject is a digest, in pages.</summary>
internal sealed class ReferrersEndpoint(PushedImages pushed)
{
    private const int PageSize = 10;

    public IResult List(HttpContext http, string name, string subject)
    {
        if (!Digest.IsValid(subject))
            return RegistryError.DigestInvalid("invalid checksum digest format");
        string type = http.Request.Query["artifactType"].ToString();
        var found = pushed.FindManifests(name)
            .Select(manifest => (Manifest: manifest, Document: JsonNode.Parse(manifest.Bytes)!.AsObject()))
            .Where(one => (string?)one.Document["subject"]?["digest"] == subject)
            .Select(Describe)
            .Where(one => type.Length == 0 || (string?)one["artifactType"] == type)
            .ToList();
        if (type.Length > 0)
            http.Response.Headers["OCI-Filters-Applied"] = "artifactType";
        int first = int.TryParse(http.Request.Query["last"], CultureInfo.InvariantCulture, out int last) ? last : 0;
        if (found.Count > first + PageSize)
            http.Response.Headers.Link = $"</v2/{name}/referrers/{subject}?last={first + PageSize}>; rel=\"next\"";
        return Results.Text(
            new JsonObject
            {
                ["schemaVersion"] = 2,
                ["mediaType"] = MediaTypes.OciIndex,
                ["manifests"] = new JsonArray([.. found.Skip(first).Take(PageSize)]),
            }.ToJsonString(),
            MediaTypes.OciIndex);
    }

    private static JsonObject Describe((PushedManifest Manifest, JsonObject Document) one)
    {
        var descriptor = new JsonObject
        {
            ["mediaType"] = one.Manifest.MediaType,
            ["digest"] = one.Manifest.Digest,
            ["size"] = one.Manifest.Bytes.Length,
            ["artifactType"] = (one.Document["artifactType"] ?? one.Document["config"]?["mediaType"])?.DeepClone(),
        };
        if (one.Document["annotations"] is { } annotations)
            descriptor["annotations"] = annotations.DeepClone();
        return descriptor;
    }
}
