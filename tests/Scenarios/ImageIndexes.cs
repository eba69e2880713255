using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Scenarios;

/// <summary>Indexes of one manifest, as a rebuild with other attestations makes them.</summary>
/// <param name="image">An image by digest, in a registry without TLS on this machine.</param>
internal sealed class ImageIndexes(string image) : IDisposable
{
    private const string Index = "application/vnd.oci.image.index.v1+json";
    private const string Manifest = "application/vnd.oci.image.manifest.v1+json";
    private const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
    private readonly HttpClient _http = new();
    private readonly string _repository = image.Split('@')[0];

    /// <summary>The manifest that both indexes hold: the image with a configuration of its own, which no node has pulled.</summary>
    public string Reference { get; private set; } = "";

    public void Dispose() => _http.Dispose();

    /// <summary>Pushes two indexes of the image; the first one sorts before the second one.</summary>
    public async Task<(string First, string Second)> PushAsync(CancellationToken ct)
    {
        var (mediaType, content) = await RebuildAsync(ct);
        var manifest = await PushAsync(mediaType, content, ct);
        Reference = $"{_repository}@{manifest}";
        var digests = new List<string>();
        foreach (var build in new[] { 1, 2 })
            digests.Add(await PushAsync(Index, Document(mediaType, manifest, content.Length, build), ct));
        digests.Sort(StringComparer.Ordinal);
        return ($"{_repository}@{digests[0]}", $"{_repository}@{digests[1]}");
    }

    /// <summary>Pushes an index of images of the repository, each with its platform; an empty platform is not named.</summary>
    public async Task<string> PushAsync(CancellationToken ct, params (string Platform, string Image)[] images)
    {
        var manifests = new JsonArray();
        foreach (var (platform, named) in images)
        {
            var digest = named.Split('@')[1];
            using var read = new HttpRequestMessage(HttpMethod.Get, Address($"manifests/{digest}"));
            foreach (var type in new[] { Manifest, DockerManifest }) read.Headers.Accept.ParseAdd(type);
            using var response = await _http.SendAsync(read, ct);
            var size = (await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(ct)).Length;
            var entry = new JsonObject
            {
                ["mediaType"] = response.Content.Headers.ContentType!.MediaType,
                ["digest"] = digest,
                ["size"] = size,
            };
            var parts = platform.Split('/');
            if (parts.Length > 1) entry["platform"] = new JsonObject { ["os"] = parts[0], ["architecture"] = parts[1] };
            if (parts.Length > 2) entry["platform"]!["variant"] = parts[2];
            manifests.Add(entry);
        }

        var index = new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = Index, ["manifests"] = manifests };
        index["annotations"] = new JsonObject { ["build"] = Guid.NewGuid().ToString() };
        return $"{_repository}@{await PushAsync(Index, Encoding.UTF8.GetBytes(index.ToJsonString()), ct)}";
    }

    /// <summary>Deletes an index from the registry; what runs of it runs on.</summary>
    public async Task DeleteAsync(string index, CancellationToken ct)
    {
        using var response = await _http.DeleteAsync(Address($"manifests/{index.Split('@')[1]}"), ct);
        response.EnsureSuccessStatusCode();
    }

    private async Task<(string MediaType, byte[] Content)> RebuildAsync(CancellationToken ct)
    {
        var address = Address($"manifests/{image.Split('@')[1]}");
        if (!address.IsLoopback) Assert.Skip($"The registry {address.Authority} is not on this machine, so nothing is pushed to it.");
        using var read = new HttpRequestMessage(HttpMethod.Get, address);
        foreach (var type in new[] { Manifest, DockerManifest }) read.Headers.Accept.ParseAdd(type);
        using var response = await _http.SendAsync(read, ct);
        var manifest = JsonNode.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(ct))!;
        var config = JsonNode.Parse(await _http.GetByteArrayAsync(Address($"blobs/{manifest["config"]!["digest"]}"), ct))!;
        config["author"] = Guid.NewGuid().ToString();
        var blob = Encoding.UTF8.GetBytes(config.ToJsonString());
        manifest["config"]!["digest"] = await UploadAsync(blob, ct);
        manifest["config"]!["size"] = blob.Length;
        return (response.Content.Headers.ContentType!.MediaType!, Encoding.UTF8.GetBytes(manifest.ToJsonString()));
    }

    private async Task<string> UploadAsync(byte[] blob, CancellationToken ct)
    {
        using var opened = await _http.PostAsync(Address("blobs/uploads/"), null, ct);
        var location = new Uri(opened.RequestMessage!.RequestUri!, opened.EnsureSuccessStatusCode().Headers.Location!);
        var digest = Digest(blob);
        using var body = new ByteArrayContent(blob);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        var query = $"{location.Query}{(location.Query.Length == 0 ? "?" : "&")}digest={digest}";
        using var response = await _http.PutAsync(new UriBuilder(location) { Query = query }.Uri, body, ct);
        response.EnsureSuccessStatusCode();
        return digest;
    }

    private async Task<string> PushAsync(string mediaType, byte[] content, CancellationToken ct)
    {
        using var body = new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } };
        using var response = await _http.PutAsync(Address($"manifests/{Digest(content)}"), body, ct);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(ct));
        return Digest(content);
    }

    private static byte[] Document(string mediaType, string manifest, int size, int build) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["schemaVersion"] = 2,
        ["mediaType"] = Index,
        ["manifests"] = new JsonArray(new JsonObject
        {
            ["mediaType"] = mediaType,
            ["digest"] = manifest,
            ["size"] = size,
            ["platform"] = new JsonObject { ["os"] = "linux", ["architecture"] = "amd64" },
        }),
        ["annotations"] = new JsonObject { ["build"] = string.Create(CultureInfo.InvariantCulture, $"{build}") },
    }.ToJsonString());

    private static string Digest(byte[] content) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";

    private Uri Address(string path)
    {
        var slash = _repository.IndexOf('/', StringComparison.Ordinal);
        return new Uri($"http://{_repository[..slash]}/v2/{_repository[(slash + 1)..]}/{path}");
    }
}
