using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Images;

namespace RsolvDeploy.Sandbox.Registry;

/// <summary>The OCI distribution API over the pushed images.</summary>
internal sealed class RegistryEndpoints(ImageStore images, FaultInjector faults)
{
    private readonly ConcurrentDictionary<string, UploadSession> _uploads = new(StringComparer.Ordinal);

    public void Map(WebApplication app)
    {
        app.Use(GuardAsync);
        app.Map("/v2/{**rest}", DispatchAsync);
    }

    private async Task GuardAsync(HttpContext http, RequestDelegate next)
    {
        http.Response.Headers["Docker-Distribution-Api-Version"] = "registry/2.0";
        if (faults.Take(Fault.RegistryDown))
        {
            await RegistryError.Create(503, "UNAVAILABLE", "service unavailable").ExecuteAsync(http);
            return;
        }

        if (images.Credential is { } credential && http.Request.Headers.Authorization != Basic(credential))
        {
            http.Response.Headers.WWWAuthenticate = "Basic realm=\"rsolv sandbox\"";
            await RegistryError.Create(401, "UNAUTHORIZED", "authentication required").ExecuteAsync(http);
            return;
        }

        await next(http);
    }

    private static string Basic(RegistryCredential credential) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.Username}:{credential.Password}"));

    private async Task<IResult> DispatchAsync(HttpContext http, string? rest)
    {
        string path = (rest ?? "").TrimEnd('/');
        string method = http.Request.Method;
        if (path.Length == 0)
            return Results.Json(new JsonObject());
        if (path == "_catalog")
            return Results.Json(new JsonObject { ["repositories"] = Strings(images.Pushed.Repositories) });

        string[] parts = path.Split('/');
        if (parts is [.., "tags", "list"])
            return ListTags(http, Name(parts, 2));
        if (parts is [.., "manifests", var reference])
            return await ManifestAsync(http, method, Name(parts, 2), reference);
        if (parts is [.., "blobs", "uploads"])
            return method == "POST" ? await StartUploadAsync(http, Name(parts, 2)) : Results.StatusCode(405);
        if (parts is [.., "blobs", "uploads", var id])
            return await UploadAsync(http, method, Name(parts, 3), id);
        if (parts is [.., "blobs", var digest])
            return Blob(http, method, Name(parts, 2), digest);
        return RegistryError.Create(404, "UNSUPPORTED", "the operation is unsupported");
    }

    private static string Name(string[] parts, int without) => string.Join('/', parts[..^without]);

    private IResult ListTags(HttpContext http, string name)
    {
        if (images.Pushed.FindTags(name) is not { } tags)
            return RegistryError.NameUnknown(name);
        string last = http.Request.Query["last"].ToString();
        var page = tags.Where(t => string.CompareOrdinal(t, last) > 0).ToList();
        if (int.TryParse(http.Request.Query["n"], NumberStyles.None, CultureInfo.InvariantCulture, out int n) && page.Count > n)
        {
            page = page[..n];
            if (n > 0)
                http.Response.Headers.Link = $"</v2/{name}/tags/list?last={page[^1]}&n={n}>; rel=\"next\"";
        }

        return Results.Json(new JsonObject { ["name"] = name, ["tags"] = Strings(page) });
    }

    private async Task<IResult> ManifestAsync(HttpContext http, string method, string name, string reference)
    {
        if (!ImageName.IsRepository(name))
            return RegistryError.Create(400, "NAME_INVALID", "invalid repository name");
        if (!Digest.IsValid(reference) && !ImageName.IsTag(reference))
            return RegistryError.Create(400, "TAG_INVALID", "manifest tag did not match URI");
        switch (method)
        {
            case "GET" or "HEAD":
                if (images.Pushed.FindTags(name) is null)
                    return RegistryError.NameUnknown(name);
                if (images.Pushed.FindManifest(name, reference) is not { } manifest)
                    return RegistryError.ManifestUnknown(reference);
                http.Response.Headers["Docker-Content-Digest"] = manifest.Digest;
                http.Response.Headers.ETag = $"\"{manifest.Digest}\"";
                return new BytesResult(manifest.Bytes, manifest.MediaType);
            case "PUT":
                return await PutManifestAsync(http, name, reference);
            case "DELETE":
                return images.Pushed.RemoveManifest(name, reference) ? Results.StatusCode(202) : RegistryError.ManifestUnknown(reference);
            default:
                return Results.StatusCode(405);
        }
    }

    private async Task<IResult> PutManifestAsync(HttpContext http, string name, string reference)
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
            ? images.Pushed.FindManifest(name, d) is null
            : images.Pushed.FindBlob(name, d) is null).ToList();
        if (missing.Count > 0)
            return RegistryError.Create(400, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry", Strings(missing));

        images.Pushed.PutManifest(name, Digest.IsValid(reference) ? null : reference, mediaType, content);
        http.Response.Headers["Docker-Content-Digest"] = digest;
        return Results.Created($"/v2/{name}/manifests/{digest}", null);
    }

    private static IEnumerable<string> References(JsonObject document, string mediaType)
    {
        if (!MediaTypes.IsIndex(mediaType))
            yield return (string?)document["config"]?["digest"] ?? "";
        foreach (var item in document[MediaTypes.IsIndex(mediaType) ? "manifests" : "layers"]?.AsArray() ?? [])
            yield return (string?)item?["digest"] ?? "";
    }

    private IResult Blob(HttpContext http, string method, string name, string digest)
    {
        if (!Digest.IsValid(digest))
            return RegistryError.DigestInvalid("invalid checksum digest format");
        if (method == "DELETE")
            return images.Pushed.RemoveBlob(name, digest) ? Results.StatusCode(202) : RegistryError.BlobUnknown(digest);
        if (method is not ("GET" or "HEAD"))
            return Results.StatusCode(405);
        if (images.Pushed.FindBlob(name, digest) is not { } blob)
            return RegistryError.BlobUnknown(digest);
        http.Response.Headers["Docker-Content-Digest"] = digest;
        return Results.Bytes(blob, "application/octet-stream", enableRangeProcessing: true);
    }

    private async Task<IResult> StartUploadAsync(HttpContext http, string name)
    {
        if (!ImageName.IsRepository(name))
            return RegistryError.Create(400, "NAME_INVALID", "invalid repository name");
        string mount = http.Request.Query["mount"].ToString();
        if (mount.Length > 0 && images.Pushed.FindBlob(http.Request.Query["from"].ToString(), mount) is { } held)
        {
            images.Pushed.PutBlob(name, mount, held);
            return BlobCreated(http, name, mount);
        }

        var upload = new UploadSession(name);
        if (http.Request.Query["digest"].ToString() is { Length: > 0 } digest)
        {
            await upload.AppendAsync(http.Request.Body, http.RequestAborted);
            return Finish(http, upload, digest);
        }

        _uploads[upload.Id] = upload;
        return Accepted(http, upload, 202);
    }

    private async Task<IResult> UploadAsync(HttpContext http, string method, string name, string id)
    {
        if (!_uploads.TryGetValue(id, out var upload) || upload.Repository != name)
            return RegistryError.Create(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
        switch (method)
        {
            case "GET":
                return Accepted(http, upload, 204);
            case "PATCH":
                if (!Continues(http.Request, upload))
                    return Accepted(http, upload, 416);
                await upload.AppendAsync(http.Request.Body, http.RequestAborted);
                return Accepted(http, upload, 202);
            case "PUT":
                if (!Continues(http.Request, upload))
                    return Accepted(http, upload, 416);
                await upload.AppendAsync(http.Request.Body, http.RequestAborted);
                _uploads.TryRemove(id, out _);
                return Finish(http, upload, http.Request.Query["digest"].ToString());
            case "DELETE":
                _uploads.TryRemove(id, out _);
                return Results.NoContent();
            default:
                return Results.StatusCode(405);
        }
    }

    /// <summary>A chunk that names its range has to begin where the last one ended.</summary>
    private static bool Continues(HttpRequest request, UploadSession upload)
    {
        string range = request.Headers.ContentRange.ToString();
        if (range.Length == 0)
            return true;
        string start = range.Replace("bytes ", "", StringComparison.Ordinal).Split('-')[0];
        return long.TryParse(start, NumberStyles.None, CultureInfo.InvariantCulture, out long from) && from == upload.Length;
    }

    private IResult Finish(HttpContext http, UploadSession upload, string digest)
    {
        byte[] content = upload.Content;
        if (Digest.Compute(content) != digest)
            return RegistryError.DigestInvalid("provided digest did not match uploaded content");
        images.Pushed.PutBlob(upload.Repository, digest, content);
        return BlobCreated(http, upload.Repository, digest);
    }

    private static IResult BlobCreated(HttpContext http, string name, string digest)
    {
        http.Response.Headers["Docker-Content-Digest"] = digest;
        return Results.Created($"/v2/{name}/blobs/{digest}", null);
    }

    private static IResult Accepted(HttpContext http, UploadSession upload, int status)
    {
        http.Response.Headers.Location = $"/v2/{upload.Repository}/blobs/uploads/{upload.Id}";
        http.Response.Headers["Docker-Upload-UUID"] = upload.Id;
        http.Response.Headers.Range = $"0-{Math.Max(0, upload.Length - 1)}";
        return Results.StatusCode(status);
    }

    private static async Task<byte[]> ReadAsync(HttpContext http)
    {
        using var content = new MemoryStream();
        await http.Request.Body.CopyToAsync(content, http.RequestAborted);
        return content.ToArray();
    }

    private static JsonArray Strings(IEnumerable<string> items) => new([.. items.Select(i => (JsonNode)i)]);

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
