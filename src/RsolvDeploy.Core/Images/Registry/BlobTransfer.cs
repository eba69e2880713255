using System.Globalization;
using System.Net;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;

namespace RsolvDeploy.Images.Registry;

/// <summary>Brings blobs from one repository to another: mounts them in the same registry, and streams them between two.</summary>
internal sealed class BlobTransfer : IDisposable
{
    private readonly ImageReference _from;
    private readonly ImageReference _to;
    private readonly RegistryRequests _source;
    private readonly RegistryRequests _sink;
    private readonly TimeProvider _time;
    private int _mounted;
    private int _streamed;
    private int _there;
    private long _bytes;

    public BlobTransfer(ImageReference from, ImageReference to, DockerEnvironment environment)
    {
        (_from, _to, _time) = (from, to, environment.Time);
        _source = new RegistryRequests(from, environment, handler: null, logins: null) { Streams = true };
        _sink = new RegistryRequests(to, environment, handler: null, logins: null) { Streams = true };
    }

    /// <summary>Brings a blob.</summary>
    /// <exception cref="DeployException">An error of one of the registries.</exception>
    public async Task CopyAsync(string digest, CancellationToken ct)
    {
        using (var found = await _sink.SendAsync(HttpMethod.Head, $"blobs/{digest}", [], null, ct))
        {
            if (found.IsSuccessStatusCode)
            {
                Interlocked.Increment(ref _there);
                return;
            }
        }

        var mount = _from.Host == _to.Host
            ? $"?mount={Uri.EscapeDataString(digest)}&from={Uri.EscapeDataString(_from.Path)}"
            : "";
        using var opened = await _sink.SendAsync(HttpMethod.Post, $"blobs/uploads/{mount}", [], null, ct);
        if (opened.StatusCode == HttpStatusCode.Created)
        {
            Interlocked.Increment(ref _mounted);
            return;
        }

        // A registry that does not mount opens an upload instead.
        await EnsureAsync(opened, HttpStatusCode.Accepted, digest, ct);
        await UploadAsync(opened, digest, ct);
        Interlocked.Increment(ref _streamed);
    }

    /// <summary>What was brought, for people.</summary>
    public string Describe() => string.Create(CultureInfo.InvariantCulture,
        $"{_streamed} blobs streamed ({_bytes} bytes), {_mounted} mounted, {_there} there before");

    public void Dispose()
    {
        _source.Dispose();
        _sink.Dispose();
    }

    private async Task UploadAsync(HttpResponseMessage opened, string digest, CancellationToken ct)
    {
        var address = RegistryBlobs.UploadAddress(opened, digest) ?? throw NoPlace(digest);
        using var found = await _source.SendAsync(HttpMethod.Head, $"blobs/{digest}", ["*/*"], null, ct);
        await EnsureAsync(found, HttpStatusCode.OK, digest, ct);
        var length = found.Content.Headers.ContentLength ?? throw NoPlace(digest);
        using var stored = await _sink.SendAsync(
            HttpMethod.Put,
            address,
            [],
            sent => new BlobContent(token => OpenAsync(digest, token), length, _time) { Sent = sent },
            ct);
        await EnsureAsync(stored, HttpStatusCode.Created, digest, ct);
        Interlocked.Add(ref _bytes, length);
    }

    private async Task<HttpResponseMessage> OpenAsync(string digest, CancellationToken ct)
    {
        var source = await _source.SendAsync(HttpMethod.Get, $"blobs/{digest}", ["*/*"], null, ct);
        await EnsureAsync(source, HttpStatusCode.OK, digest, ct);
        return source;
    }

    private async Task EnsureAsync(HttpResponseMessage response, HttpStatusCode wanted, string digest, CancellationToken ct)
    {
        if (response.StatusCode == wanted) return;
        var host = response.RequestMessage?.RequestUri?.Authority ?? _to.Host;
        throw new DeployException(
            "ImageCopyFailed",
            response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                ? FaultCategory.PermissionDenied
                : FaultCategory.ProtocolError,
            $"The registry {host} rejects the blob {digest}: {await RegistryMessage.ReadAsync(response, ct)}.",
            $"Log in to {_from.Host} and {_to.Host} with 'docker login'; the second login must be permitted to push to {_to.Path}.")
        { Subject = digest };
    }

    private DeployException NoPlace(string digest) => new(
        "ImageCopyFailed",
        FaultCategory.ProtocolError,
        $"The registry {_to.Host} names no address for the blob {digest}, or {_from.Host} names no length of it.",
        "Check that both addresses are those of registries.")
    { Subject = digest };
}
