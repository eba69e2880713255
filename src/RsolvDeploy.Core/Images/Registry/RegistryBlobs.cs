using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Images.Registry;

/// <summary>Reads and writes blobs that fit in memory, such as statements; not the layers of images.</summary>
internal sealed class RegistryBlobs : IDisposable
{
    private readonly RegistryRequests _requests;
    private readonly RegistryFaults _faults;

    public RegistryBlobs(ImageReference repository, DockerEnvironment environment)
    {
        _requests = new RegistryRequests(repository, environment, handler: null, logins: null);
        _faults = new RegistryFaults(repository);
    }

    /// <summary>The digest of bytes, <c>sha256:…</c>.</summary>
    public static string DigestOf(ReadOnlySpan<byte> content) =>
        $"sha256:{Sha256Text.Of(content)}";

    /// <summary>The address that completes an upload; null when the registry names none.</summary>
    /// <param name="opened">The response that opened it.</param>
    /// <param name="digest">The digest of the blob.</param>
    public static string? UploadAddress(HttpResponseMessage opened, string digest)
    {
        if (opened.Headers.Location is not { } given) return null;
        var location = new Uri(opened.RequestMessage!.RequestUri!, given);
        return $"{location}{(location.Query.Length == 0 ? '?' : '&')}digest={Uri.EscapeDataString(digest)}";
    }

    /// <summary>The bytes of a blob, verified by its digest; null when the registry has none.</summary>
    /// <exception cref="DeployException"><c>RegistryDigestMismatch</c>, or an error of the registry.</exception>
    public async Task<byte[]?> FindAsync(string digest, CancellationToken ct)
    {
        using var response = await _requests.SendAsync(HttpMethod.Get, $"blobs/{digest}", ["*/*"], null, ct);
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        if (!response.IsSuccessStatusCode)
            throw _faults.Unreachable($"{await RegistryMessage.ReadAsync(response, ct)} when the blob {digest} was read");
        var content = await response.Content.ReadAsByteArrayAsync(ct);
        return DigestOf(content) == digest ? content : throw new DeployException(
            "RegistryDigestMismatch", FaultCategory.SecurityError,
            $"The registry serves other bytes than {digest} under this digest.", "Check the registry and every proxy before it.")
        { Subject = digest };
    }

    /// <summary>Uploads a blob, unless the repository has it.</summary>
    /// <returns>Its descriptor.</returns>
    /// <exception cref="DeployException"><c>RegistryPushDenied</c>, or another error of the registry.</exception>
    public async Task<JsonObject> PutAsync(byte[] content, string mediaType, CancellationToken ct)
    {
        var digest = DigestOf(content);
        using var found = await _requests.SendAsync(HttpMethod.Head, $"blobs/{digest}", ["*/*"], null, ct);
        if (!found.IsSuccessStatusCode)
        {
            using var opened = await _requests.SendAsync(HttpMethod.Post, "blobs/uploads/", ["*/*"], null, ct);
            await EnsureAsync(opened, HttpStatusCode.Accepted, ct);
            var address = UploadAddress(opened, digest) ?? throw _faults.Unreachable("it opened an upload but names no address for it");
            using var stored = await _requests.SendAsync(HttpMethod.Put, address, [], _ => Body(content), ct);
            await EnsureAsync(stored, HttpStatusCode.Created, ct);
        }

        return new JsonObject { ["mediaType"] = mediaType, ["digest"] = digest, ["size"] = content.Length };
    }

    public void Dispose() => _requests.Dispose();

    private static ByteArrayContent Body(byte[] content) =>
        new(content) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };

    private async Task EnsureAsync(HttpResponseMessage response, HttpStatusCode wanted, CancellationToken ct)
    {
        if (response.StatusCode == wanted) return;
        var answer = await RegistryMessage.ReadAsync(response, ct);
        throw response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            ? _faults.PushDenied(_requests.Login, answer)
            : _faults.Unreachable($"{answer} when a blob was pushed");
    }
}
