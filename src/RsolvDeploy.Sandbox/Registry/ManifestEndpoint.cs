using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Images;

namespace RsolvDeploy.Sandbox.Registry;

/// <summary>Reads, stores and deletes manifests and indexes by tag or digest.</summary>
internal sealed class ManifestEndpoint(PushedImages pushed)
{
    public async Task<IResult> ServeAsync(HttpContext http, string name, string reference)
    {
        if (!ImageName.IsRepository(name))
            return RegistryError.Create(400, "NAME_INVALID", "invalid repository name");
        if (!Digest.IsValid(reference) && !ImageName.IsTag(reference))
            return RegistryError.Create(400, "TAG_INVALID", "manifest tag did not match URI");
        switch (http.Request.Method)
        {
            case "GET" or "HEAD":
                if (pushed.FindTags(name) is null)
                    return RegistryError.NameUnknown(name);
                if (pushed.FindManifest(name, reference) is not { } manifest)
                    return RegistryError.ManifestUnknown(reference);
                http.Response.Headers["Docker-Content-Digest"] = manifest.Digest;
                http.Response.Headers.ETag = $"\"{manifest.Digest}\"";
                return new BytesResult(manifest.Bytes, manifest.MediaType);
            case "PUT":
                return await PutAsync(http, name, reference);
            case "DELETE":
                return pushed.RemoveManifest(name, reference) ? Results.StatusCode(202) : RegistryError.ManifestUnknown(reference);
            default:
                return Results.StatusCode(405);
        }
    }

    private async Task<IResult> PutAsync(HttpContext http, string name, string reference)
    {
        byte[] content = await ReadAsync(http);
        JsonObject document;
        try
        {
            document = JsonNode.Parse(content)?.AsObject() ?? [];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return RegistryError.Create(400, "MANIFEST_INVALID", "manifest invalid");
        }

        string mediaType = (string?)document["mediaType"] ?? http.Request.ContentType ?? "";
        if (!MediaTypes.IsManifest(mediaType))
            return RegistryError.Create(400, "MANIFEST_INVALID", $"unsupported media type {mediaType}");
        string digest = Digest.Compute(content);
        if (Digest.IsValid(reference) && reference != digest)
            return RegistryError.DigestInvalid("provided digest did not match uploaded content");

        var missing = References(document, mediaType).Where(d => MediaTypes.IsIndex(mediaType)
            ? pushed.FindManifest(name, d) is null
            : pushed.FindBlob(name, d) is null).ToList();
        if (missing.Count > 0)
            return RegistryError.Create(400, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry", RegistryEndpoints.Strings(missing));

        pushed.PutManifest(name, Digest.IsValid(reference) ? null : reference, mediaType, content);
        http.Response.Headers["Docker-Content-Digest"] = digest;
        if ((string?)document["subject"]?["digest"] is { } subject)
            http.Response.Headers["OCI-Subject"] = subject;
        return Results.Created($"/v2/{name}/manifests/{digest}", null);
    }

    private static IEnumerable<string> References(JsonObject document, string mediaType)
    {
        if (!MediaTypes.IsIndex(mediaType))
            yield return (string?)document["config"]?["digest"] ?? "";
        foreach (var item in document[MediaTypes.IsIndex(mediaType) ? "manifests" : "layers"]?.AsArray() ?? [])
            yield return (string?)item?["digest"] ?? "";
    }

    private static async Task<byte[]> ReadAsync(HttpContext http)
    {
        using var content = new MemoryStream();
        await http.Request.Body.CopyToAsync(content, http.RequestAborted);
        return content.ToArray();
    }

    /// <summary>Bytes with their length, also for HEAD, and with exactly the media type they were pushed with.</summary>
    private sealed class BytesResult(byte[] content, string mediaType) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.ContentType = mediaType;
            httpContext.Response.ContentLength = content.Length;
            if (httpContext.Request.Method != "HEAD")
                await httpContext.Response.Body.WriteAsync(content, httpContext.RequestAborted);
        }
    }
}
