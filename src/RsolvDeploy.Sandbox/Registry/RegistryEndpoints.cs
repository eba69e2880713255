using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Images;

namespace RsolvDeploy.Sandbox.Registry;

/// <summary>The OCI distribution API over the pushed images.</summary>
internal sealed class RegistryEndpoints(ImageStore images, FaultInjector faults)
{
    private readonly ManifestEndpoint _manifests = new(images.Pushed);
    private readonly ReferrersEndpoint _referrers = new(images.Pushed);
    private readonly UploadEndpoint _uploads = new(images.Pushed);

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
            return await _manifests.ServeAsync(http, Name(parts, 2), reference);
        if (parts is [.., "referrers", var subject])
            return method == "GET" ? _referrers.List(http, Name(parts, 2), subject) : Results.StatusCode(405);
        if (parts is [.., "blobs", "uploads"])
            return method == "POST" ? await _uploads.StartAsync(http, Name(parts, 2)) : Results.StatusCode(405);
        if (parts is [.., "blobs", "uploads", var id])
            return await _uploads.ContinueAsync(http, Name(parts, 3), id);
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

    internal static JsonArray Strings(IEnumerable<string> items) => new([.. items.Select(i => (JsonNode)i)]);
}
