using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.Services.Tests.Fixtures;

namespace RsolvDeploy.Services.Tests.Images;

/// <summary>An image is copied between real registries: with its index, its blobs, and what refers to it.</summary>
public sealed class RegistryCopyTests : IDisposable
{
    private const int LayerSize = 200 * 1024 * 1024;
    private readonly HttpClient _http = new();
    private readonly RecordingReporter _reporter = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task An_index_of_200_MB_is_streamed_once_with_everything_that_refers_to_it()
    {
        await using RegistryServer from = await RegistryServer.StartAsync(passwords: null, Ct);
        await using RegistryServer to = await RegistryServer.StartAsync(passwords: null, Ct);
        await using var proxy = new RegistryProxy(to.Host);
        (string index, IReadOnlyList<string> manifests) = await SeedAsync(from.Host, "staging/app");

        string shown = await CopyAsync($"{from.Host}/staging/app", $"{proxy.Host}/production/app", index);

        foreach (string version in manifests.Append(Fallback(index)))
        {
            Assert.Equal(
                await ReadAsync(from.Host, $"staging/app/manifests/{version}"),
                await ReadAsync(to.Host, $"production/app/manifests/{version}"));
        }

        Assert.InRange(proxy.Uploaded, LayerSize, LayerSize + (64 * 1024));
        Assert.Contains("3 blobs streamed", shown, StringComparison.Ordinal);

        long before = proxy.Uploaded;
        shown = await CopyAsync($"{from.Host}/staging/app", $"{proxy.Host}/production/app", index);
        Assert.InRange(proxy.Uploaded - before, 0, 64 * 1024);
        Assert.Contains("0 blobs streamed", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_one_registry_the_blobs_are_mounted_and_not_sent()
    {
        await using RegistryServer server = await RegistryServer.StartAsync(passwords: null, Ct);
        await using var proxy = new RegistryProxy(server.Host);
        (string index, IReadOnlyList<string> manifests) = await SeedAsync(server.Host, "staging/app");

        string shown = await CopyAsync($"{proxy.Host}/staging/app", $"{proxy.Host}/production/app", index);

        Assert.Contains("0 blobs streamed (0 bytes), 3 mounted", shown, StringComparison.Ordinal);
        Assert.InRange(proxy.Uploaded, 0, 64 * 1024);
        foreach (string version in manifests) await ReadAsync(server.Host, $"production/app/manifests/{version}");
    }

    [Fact]
    public async Task What_refers_to_an_image_inside_the_index_or_to_another_referrer_is_copied_too()
    {
        await using RegistryServer from = await RegistryServer.StartAsync(passwords: null, Ct);
        await using RegistryServer to = await RegistryServer.StartAsync(passwords: null, Ct);
        (string index, IReadOnlyList<string> manifests) = await SeedAsync(from.Host, "staging/app", layerSize: 1024);
        string inner = await ReferAsync(from.Host, "staging/app", manifests[1]);
        string second = await ReferAsync(from.Host, "staging/app", manifests[2]);

        await CopyAsync($"{from.Host}/staging/app", $"{to.Host}/production/app", index);

        foreach (string version in (string[])[inner, second, Fallback(manifests[1]), Fallback(manifests[2])])
        {
            Assert.Equal(
                await ReadAsync(from.Host, $"staging/app/manifests/{version}"),
                await ReadAsync(to.Host, $"production/app/manifests/{version}"));
        }
    }

    // A signature that refers to a manifest, with the index of referrers that clients maintain.
    private async Task<string> ReferAsync(string host, string repository, string subject)
    {
        JsonObject signature = await ManifestAsync(host, repository, $"of-{subject[^8..]}", new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = RegistryManifest.OciManifest,
            ["config"] = await BlobAsync(host, repository, "{}"u8.ToArray()),
            ["layers"] = new JsonArray(),
            ["subject"] = new JsonObject { ["mediaType"] = RegistryManifest.OciManifest, ["digest"] = subject, ["size"] = 1 },
        });
        await ManifestAsync(host, repository, Fallback(subject), new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = RegistryManifest.OciIndex,
            ["manifests"] = new JsonArray(signature.DeepClone()),
        });
        return signature["digest"]!.GetValue<string>();
    }

    [Fact]
    public async Task A_missing_blob_is_an_error_and_no_manifest_is_written()
    {
        await using RegistryServer from = await RegistryServer.StartAsync(passwords: null, Ct);
        await using RegistryServer to = await RegistryServer.StartAsync(passwords: null, Ct);
        await using var proxy = new RegistryProxy(from.Host);
        (string index, _) = await SeedAsync(from.Host, "staging/app");
        proxy.Respond = request => request.Contains("/blobs/", StringComparison.Ordinal) ? RegistryProxy.Response(404) : null;

        var error = await Assert.ThrowsAsync<RsolvDeploy.Errors.DeployException>(
            () => CopyAsync($"{proxy.Host}/staging/app", $"{to.Host}/production/app", index));

        Assert.Equal("ImageCopyFailed", error.Id);
        using HttpResponseMessage served = await _http.GetAsync(new Uri($"http://{to.Host}/v2/production/app/manifests/{index}"), Ct);
        Assert.Equal(HttpStatusCode.NotFound, served.StatusCode);
    }

    private async Task<string> CopyAsync(string from, string to, string digest)
    {
        using var copy = new RegistryCopy(
            ImageReference.Parse(from), ImageReference.Parse(to), DockerEnvironment.Current, _reporter);
        Assert.Equal(digest, await copy.RunAsync(digest, Ct));
        return copy.Describe();
    }

    // An index of one image, and an attestation that refers to the index; this registry has no API for referrers.
    private async Task<(string Index, IReadOnlyList<string> Manifests)> SeedAsync(
        string host, string repository, int layerSize = LayerSize)
    {
        var layer = new byte[layerSize];
        RandomNumberGenerator.Fill(layer.AsSpan(0, 1024));
        JsonObject config = await BlobAsync(host, repository, Encoding.UTF8.GetBytes("{\"os\":\"linux\",\"architecture\":\"amd64\"}"));
        JsonObject image = await ManifestAsync(host, repository, "image", new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = RegistryManifest.OciManifest,
            ["config"] = config,
            ["layers"] = new JsonArray(await BlobAsync(host, repository, layer)),
        });
        image["platform"] = new JsonObject { ["os"] = "linux", ["architecture"] = "amd64" };
        JsonObject index = await ManifestAsync(host, repository, "latest", new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = RegistryManifest.OciIndex,
            ["manifests"] = new JsonArray(image.DeepClone()),
        });
        JsonObject statement = await BlobAsync(host, repository, Encoding.UTF8.GetBytes("{\"payload\":\"\"}"));
        JsonObject referrer = await ManifestAsync(host, repository, "attestation", new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = RegistryManifest.OciManifest,
            ["artifactType"] = "application/vnd.in-toto+json",
            ["config"] = config.DeepClone(),
            ["layers"] = new JsonArray(statement),
            ["subject"] = index.DeepClone(),
        });
        string digest = index["digest"]!.GetValue<string>();
        await ManifestAsync(host, repository, Fallback(digest), new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = RegistryManifest.OciIndex,
            ["manifests"] = new JsonArray(referrer.DeepClone()),
        });
        return (digest, [digest, image["digest"]!.GetValue<string>(), referrer["digest"]!.GetValue<string>()]);
    }

    private async Task<JsonObject> BlobAsync(string host, string repository, byte[] content)
    {
        string digest = Digest(content);
        using HttpResponseMessage opened = await _http.PostAsync(new Uri($"http://{host}/v2/{repository}/blobs/uploads/"), null, Ct);
        using HttpResponseMessage stored = await _http.PutAsync(
            new Uri($"{opened.Headers.Location}&digest={digest}"), new ByteArrayContent(content), Ct);
        stored.EnsureSuccessStatusCode();
        return new JsonObject { ["mediaType"] = "application/octet-stream", ["digest"] = digest, ["size"] = content.Length };
    }

    private async Task<JsonObject> ManifestAsync(string host, string repository, string tag, JsonObject manifest)
    {
        byte[] content = Encoding.UTF8.GetBytes(manifest.ToJsonString());
        string type = manifest["mediaType"]!.GetValue<string>();
        using HttpResponseMessage stored = await _http.PutAsync(
            new Uri($"http://{host}/v2/{repository}/manifests/{tag}"),
            new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue(type) } },
            Ct);
        stored.EnsureSuccessStatusCode();
        return new JsonObject { ["mediaType"] = type, ["digest"] = Digest(content), ["size"] = content.Length };
    }

    private async Task<string> ReadAsync(string host, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{host}/v2/{path}");
        foreach (string type in RegistryManifest.Accepted) request.Headers.Accept.ParseAdd(type);
        using HttpResponseMessage response = await _http.SendAsync(request, Ct);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync(Ct);
    }

    private static string Digest(byte[] content) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";

    private static string Fallback(string digest) => digest.Replace(':', '-');
}
