using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Json;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Images.Registry;

/// <summary>Sends requests of the OCI distribution API for one repository of a registry.</summary>
internal sealed class RegistryClient : IDisposable
{
    private readonly ImageReference _repository;
    private readonly RegistryRequests _requests;
    private readonly RegistryFaults _faults;

    public RegistryClient(
        ImageReference repository, DockerEnvironment environment, HttpMessageHandler? handler = null, DockerConfigFile? logins = null)
    {
        _repository = repository;
        _requests = new RegistryRequests(repository, environment, handler, logins);
        _faults = new RegistryFaults(repository);
    }

    /// <summary>The digest under which the registry serves a tag or digest; null when it has none.</summary>
    public async Task<string?> FindDigestAsync(string version, CancellationToken ct)
    {
        // HEAD is only the cheaper question: registries and proxies refuse it, or leave out the digest, where they answer GET.
        try
        {
            using HttpResponseMessage response = await SendAsync(HttpMethod.Head, $"manifests/{version}", RegistryManifest.Accepted, ct);
            if (response.IsSuccessStatusCode && Header(response) is { } digest) return digest;
        }
        catch (DeployException e) when (RegistryFaults.IsOfLogin(e))
        {
            // GET decides.
        }

        return (await FindManifestAsync(version, ct))?.Digest;
    }

    /// <summary>A manifest or index, verified by its digest; null when the registry has none.</summary>
    public async Task<RegistryManifest?> FindManifestAsync(string version, CancellationToken ct)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, $"manifests/{version}", RegistryManifest.Accepted, ct);
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        await EnsureAsync(response, version, ct);
        byte[] content = await response.Content.ReadAsByteArrayAsync(ct);
        if (HtmlPage.Describe(Encoding.UTF8.GetString(content)) is { } page)
            throw RegistryManifest.Invalid(Name(version), $"is {page}");
        string digest = $"sha256:{Sha256Text.Of(content)}";
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
    /// <returns>Whether the registry lists it among the referrers of its subject; true when it has none.</returns>
    public async Task<bool> TagAsync(string tag, RegistryManifest manifest, CancellationToken ct)
    {
        if (!MediaTypeHeaderValue.TryParse(manifest.MediaType, out var mediaType))
            throw _faults.Unreachable($"the manifest of {Name(manifest.Digest)} has the invalid media type '{manifest.MediaType}'");
        using HttpResponseMessage response = await _requests.SendAsync(HttpMethod.Put, $"manifests/{tag}", [], Content, ct);
        if (response.IsSuccessStatusCode) return manifest.Document["subject"] is null || response.Headers.Contains("OCI-Subject");
        string answer = await RegistryMessage.ReadAsync(response, ct);
        throw response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            ? _faults.PushDenied(_requests.Login, answer)
            : _faults.Unreachable($"{answer} when {Name(tag)} was pushed");

        ReadOnlyMemoryContent Content(Action sent)
        {
            var content = new ReadOnlyMemoryContent(manifest.Content);
            content.Headers.ContentType = mediaType;
            return content;
        }
    }

    /// <summary>The platform that an image's configuration names; empty when it names none.</summary>
    public async Task<string> GetPlatformAsync(string configDigest, CancellationToken ct)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, $"blobs/{configDigest}", ["*/*"], ct);
        await EnsureAsync(response, configDigest, ct);
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
        if (opened.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            throw _faults.PushDenied(_requests.Login, await RegistryMessage.ReadAsync(opened, ct));
        if (opened.StatusCode != HttpStatusCode.Accepted)
        {
            throw _faults.Unreachable(
                $"{await RegistryMessage.ReadAsync(opened, ct)} when an upload to {_repository.Repository} was opened");
        }

        string? location = opened.Headers.NonValidated.TryGetValues("Location", out HeaderStringValues values) ? values.ToString() : null;
        if (string.IsNullOrWhiteSpace(location)
            || !Uri.TryCreate(opened.RequestMessage!.RequestUri!, location.Trim(), out Uri? upload)
            || upload.Scheme is not ("http" or "https"))
        {
            throw _faults.Unreachable($"it opened an upload to {_repository.Repository} but names no address for it");
        }

        await _requests.CancelUploadAsync(upload, ct);
    }

    public void Dispose() => _requests.Dispose();

    private static string? Header(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Docker-Content-Digest", out IEnumerable<string>? values)
            ? values.FirstOrDefault(ImageReference.IsDigest)
            : null;

    /// <summary>Sends a request without a body.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, IReadOnlyList<string> accepted, CancellationToken ct) =>
        _requests.SendAsync(method, path, accepted, null, ct);

    private async Task EnsureAsync(HttpResponseMessage response, string version, CancellationToken ct)
    {
        if (response.IsSuccessStatusCode) return;
        string answer = await RegistryMessage.ReadAsync(response, ct);
        throw response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            ? _faults.Unauthorized(_requests.Login, answer)
            : _faults.Unreachable(string.Create(CultureInfo.InvariantCulture, $"{answer} when it was asked for {Name(version)}"));
    }

    private string Name(string version) => _repository.Repository + (ImageReference.IsDigest(version) ? "@" : ":") + version;
}
