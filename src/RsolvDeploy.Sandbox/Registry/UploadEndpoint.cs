using System.Collections.Concurrent;
using System.Globalization;
using RsolvDeploy.Sandbox.Images;

namespace RsolvDeploy.Sandbox.Registry;

/// <summary>Uploads of blobs: at once, in chunks, or mounted from another repository.</summary>
internal sealed class UploadEndpoint(PushedImages pushed)
{
    private readonly ConcurrentDictionary<string, UploadSession> _uploads = new(StringComparer.Ordinal);

    public async Task<IResult> StartAsync(HttpContext http, string name)
    {
        if (!ImageName.IsRepository(name))
            return RegistryError.Create(400, "NAME_INVALID", "invalid repository name");
        string mount = http.Request.Query["mount"].ToString();
        if (mount.Length > 0 && pushed.FindBlob(http.Request.Query["from"].ToString(), mount) is { } blob)
        {
            pushed.PutBlob(name, mount, blob);
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

    public async Task<IResult> ContinueAsync(HttpContext http, string name, string id)
    {
        if (!_uploads.TryGetValue(id, out var upload) || upload.Repository != name)
            return RegistryError.Create(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
        switch (http.Request.Method)
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
        pushed.PutBlob(upload.Repository, digest, content);
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
}
