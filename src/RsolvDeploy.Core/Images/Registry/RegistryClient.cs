using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Json;
using RsolvDeploy.Resilience;

namespace RsolvDeploy.Images.Registry;

/// <summary>Sends requests of the OCI distribution API for one repository of a registry.</summary>
internal sealed class RegistryClient : IDisposable
{
    private const int LargestDocument = 8 * 1024 * 1024;

    // A registry that is asked too often tells how long to wait; an operator would not wait longer than this.
    private static readonly RetryPolicy Retries = new(new RetryOptions(
        (result, error) => error is HttpRequestException
            || result is HttpResponseMessage { StatusCode: HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError },
        Retries: 3,
        TimeSpan.FromMilliseconds(200))
    {
        LongestDelay = TimeSpan.FromSeconds(10),
        AskedDelay = (result, _) => (result as HttpResponseMessage)?.Headers.RetryAfter?.Delta,
    });

    private readonly ImageReference _repository;
    private readonly RegistryCredentials _credentials;
    private readonly HttpClient _http;
    private readonly RegistryTokens _tokens;
    private readonly Uri _base;
    private AuthenticationHeaderValue? _authorization;

    public RegistryClient(
        ImageReference repository, DockerEnvironment environment, HttpMessageHandler? handler = null, DockerConfigFile? logins = null)
    {
        _repository = repository;
        _credentials = new RegistryCredentials(environment, logins);
        _http = new HttpClient(handler ?? new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10) })
        {
            Timeout = TimeSpan.FromSeconds(30),
            MaxResponseContentBufferSize = LargestDocument,
        };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("RsolvDeploy");
        _tokens = new RegistryTokens(_http, repository.Host);
        _base = new Uri(RegistryAddress.For(repository.Host), $"{repository.Path}/");
    }

    /// <summary>The digest under which the registry serves a tag or digest; null when it has none.</summary>
    public async Task<string?> FindDigestAsync(string version, CancellationToken ct)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Head, $"manifests/{version}", RegistryManifest.Accepted, ct);
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        Ensure(response, version);
        // The header is optional; it is the digest of the bytes.
        return Header(response) ?? (await FindManifestAsync(version, ct))?.Digest;
    }

    /// <summary>A manifest or index, verified by its digest; null when the registry has none.</summary>
    public async Task<RegistryManifest?> FindManifestAsync(string version, CancellationToken ct)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, $"manifests/{version}", RegistryManifest.Accepted, ct);
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        Ensure(response, version);
        byte[] content = await response.Content.ReadAsByteArrayAsync(ct);
        string digest = $"sha256:{Convert.ToHexString(SHA256.HashData(content)).ToLowerInvariant()}";
        string expected = ImageReference.IsDigest(version) ? version : Header(response) ?? digest;
        if (expected != digest)
        {
            throw new DeployException(
                "RegistryDigestMismatch",
                FaultCategory.SecurityError,
                $"The registry {_repository.Host} names {expected} as the digest of {Name(version)}, but serves {digest}.",
                "Do not deploy it. Check the registry and every proxy before it.")
            { Subject = Name(version) };
        }

        return RegistryManifest.Parse(content, digest, response.Content.Headers.ContentType?.MediaType ?? "", Name(version));
    }

    /// <summary>Tags a manifest that the repository has. The repository has its layers too, so nothing else is sent.</summary>
    public async Task TagAsync(string tag, RegistryManifest manifest, CancellationToken ct)
    {
        if (!MediaTypeHeaderValue.TryParse(manifest.MediaType, out var mediaType))
            throw Unreachable($"the manifest of {Name(manifest.Digest)} has the invalid media type '{manifest.MediaType}'", null);
        using HttpResponseMessage response = await SendAsync(HttpMethod.Put, $"manifests/{tag}", [], ct, () =>
        {
            var content = new ReadOnlyMemoryContent(manifest.Content);
            content.Headers.ContentType = mediaType;
            return content;
        });
        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden) throw PushDenied();
        if (!response.IsSuccessStatusCode)
        {
            throw Unreachable(
                string.Create(CultureInfo.InvariantCulture, $"it answered {(int)response.StatusCode} when {Name(tag)} was pushed"), null);
        }
    }

    /// <summary>The platform that an image's configuration names; empty when it names none.</summary>
    public async Task<string> GetPlatformAsync(string configDigest, CancellationToken ct)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, $"blobs/{configDigest}", ["*/*"], ct);
        Ensure(response, configDigest);
        try
        {
            return RegistryManifest.Platform(StrictJson.Parse(await response.Content.ReadAsByteArrayAsync(ct)) as JsonObject);
        }
        catch (JsonException)
        {
            return ""; // an artifact, no image; the check of the platforms reports it
        }
    }

    /// <summary>Verifies the permission to push: opens an upload and cancels it.</summary>
    public async Task TryUploadAsync(CancellationToken ct)
    {
        using HttpResponseMessage opened = await SendAsync(HttpMethod.Post, "blobs/uploads/", ["*/*"], ct);
        if (opened.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden) throw PushDenied();
        if (opened.StatusCode != HttpStatusCode.Accepted || opened.Headers.Location is not { } upload)
        {
            throw Unreachable(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"it answered {(int)opened.StatusCode} when an upload to {_repository.Repository} was opened"),
                null);
        }

        // The address may be on another host, which must not get the credential of this one.
        var address = new Uri(opened.RequestMessage!.RequestUri!, upload);
        using var cancel = new HttpRequestMessage(HttpMethod.Delete, address);
        if (address.Authority == _base.Authority) cancel.Headers.Authorization = _authorization;
        using HttpResponseMessage _ = await _http.SendAsync(cancel, ct);
    }

    public void Dispose() => _http.Dispose();

    private static string? Header(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Docker-Content-Digest", out IEnumerable<string>? values)
            ? values.FirstOrDefault(ImageReference.IsDigest)
            : null;

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, IReadOnlyList<string> accepted, CancellationToken ct, Func<HttpContent>? content = null)
    {
        try
        {
            HttpResponseMessage response = await TryAsync(method, path, accepted, content, ct);
            if (response.StatusCode != HttpStatusCode.Unauthorized) return response;
            using (response)
            {
                // A token may have expired, or have another scope; the challenge names what is required now.
                var challenge = RegistryChallenge.Choose(response.Headers.WwwAuthenticate);
                RegistryCredential? credential = await _credentials.FindAsync(_repository.Host, ct);
                _authorization = challenge is null ? null : await _tokens.RespondAsync(challenge, credential, _base, ct);
                if (_authorization is null) throw Unauthorized(credential);
            }

            return await TryAsync(method, path, accepted, content, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested && e is HttpRequestException or OperationCanceledException or IOException)
        {
            throw Unreachable(e is OperationCanceledException ? "it did not response in time" : e.GetBaseException().Message, e);
        }
    }

    private async Task<HttpResponseMessage> TryAsync(
        HttpMethod method, string path, IReadOnlyList<string> accepted, Func<HttpContent>? content, CancellationToken ct) =>
        await Retries.RunAsync(async token =>
        {
            using var request = new HttpRequestMessage(method, new Uri(_base, path)) { Content = content?.Invoke() };
            foreach (string type in accepted) request.Headers.Accept.ParseAdd(type);
            request.Headers.Authorization = _authorization;
            return await _http.SendAsync(request, token);
        }, ct);

    private void Ensure(HttpResponseMessage response, string version)
    {
        if (response.IsSuccessStatusCode) return;
        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden) throw Unauthorized(null);
        throw Unreachable(
            string.Create(CultureInfo.InvariantCulture, $"it answered {(int)response.StatusCode} when it was asked for {Name(version)}"),
            null);
    }

    private string Name(string version) => _repository.Repository + (ImageReference.IsDigest(version) ? "@" : ":") + version;

    private DeployException Unauthorized(RegistryCredential? credential) => new(
        "RegistryUnauthorized",
        FaultCategory.AuthenticationError,
        $"The registry {_repository.Host} does not let {(credential is null ? "this user" : credential.ToString())} "
            + $"read {_repository.Repository}.",
        $"Log in with 'docker login {_repository.Host}' as a user who may read and push there.")
    { Subject = _repository.Repository };

    private DeployException PushDenied() => new(
        "RegistryPushDenied",
        FaultCategory.PermissionDenied,
        $"The registry {_repository.Host} does not let this user push to {_repository.Repository}.",
        $"Log in with 'docker login {_repository.Host}' as a user who may push there (on GHCR: a token with write:packages).")
    { Subject = _repository.Repository };

    private DeployException Unreachable(string why, Exception? inner) => new(
        "RegistryUnreachable",
        FaultCategory.ConnectionError,
        $"The registry {_repository.Host} cannot be used: {why}.",
        "Check its address in image.repository, and that it runs and can be reached from here; then try again.",
        inner)
    { Subject = _repository.Host };
}
