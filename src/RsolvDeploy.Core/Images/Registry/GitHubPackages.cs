using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Json;

namespace RsolvDeploy.Images.Registry;

/// <summary>The package of a repository of <c>ghcr.io</c>, as the GitHub API lists it. <c>GITHUB_API_URL</c> names another API.</summary>
internal sealed class GitHubPackages : IDisposable
{
    public const string RegistryHost = "ghcr.io";

    private const int LargestPages = 50;
    private const int LargestPage = 8 * 1024 * 1024;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly ImageReference _repository;
    private readonly RegistryCredentials _credentials;
    private readonly HttpClient _http;
    private readonly Uri _api;
    private readonly TimeProvider _time;

    public GitHubPackages(ImageReference repository, DockerEnvironment environment, HttpMessageHandler? handler = null)
    {
        (_repository, _time) = (repository, environment.Time);
        _credentials = new RegistryCredentials(environment);
        _api = new Uri((environment.Setting("GITHUB_API_URL") ?? "https://api.github.com").TrimEnd('/') + "/");
        _http = new HttpClient(handler is null ? RegistryRedirects.Create() : new RegistryRedirects(handler))
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = LargestPage,
        };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("RsolvDeploy");
        _http.DefaultRequestHeaders.Accept.ParseAdd("application/vnd.github+json");
    }

    /// <summary>The version with this digest; null when GitHub lists none.</summary>
    /// <exception cref="DeployException"><c>GitHubUnauthorized</c>, <c>GitHubForbidden</c>, <c>GitHubPackageNotFound</c>,
    /// <c>GitHubUnreachable</c>.</exception>
    public async Task<PackageVersion?> FindAsync(string digest, CancellationToken ct)
    {
        string owner = _repository.Path.Split('/')[0];
        string package = Uri.EscapeDataString(_repository.Path[(owner.Length + 1)..]);
        AuthenticationHeaderValue? authorization = await AuthorizeAsync(ct);
        // An owner is an organization or a user, so only one of the two exists.
        foreach (string kind in (string[])["orgs", "users"])
        {
            Uri? page = new(_api, $"{kind}/{owner}/packages/container/{package}/versions?per_page=100");
            for (int number = 0; page is not null && number < LargestPages; number++)
            {
                using HttpResponseMessage response = await SendAsync(page, authorization, ct);
                if (response.StatusCode == HttpStatusCode.NotFound) break;
                JsonArray versions = await ReadAsync(response, ct);
                if (versions.FirstOrDefault(version => version.At("name").Text() == digest) is { } found) return Describe(found);
                page = Next(response);
                if (page is null) return null;
            }
        }

        throw Fault(
            "GitHubPackageNotFound",
            FaultCategory.ObjectNotFound,
            "has no such package, or hides it from this token (404)",
            "Check that the token may read the package (read:packages), and the name of the repository.");
    }

    public void Dispose() => _http.Dispose();

    private async Task<AuthenticationHeaderValue?> AuthorizeAsync(CancellationToken ct)
    {
        var (credential, _) = await _credentials.FindAsync(RegistryHost, _repository.Path, ct);
        string? token = credential?.IdentityToken ?? credential?.Password;
        if (string.IsNullOrEmpty(token)) return null;
        return RegistryAddress.IsSafeForSecrets(_api)
            ? new AuthenticationHeaderValue("Bearer", token)
            : throw Fault(
                "GitHubInsecure",
                FaultCategory.SecurityError,
                "would get the token in clear text",
                "Set GITHUB_API_URL to an https:// address.");
    }

    private async Task<HttpResponseMessage> SendAsync(Uri page, AuthenticationHeaderValue? authorization, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(Limit, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, page);
            // A page on another host, or in clear text, does not get the token.
            if (page.Scheme == _api.Scheme && page.Authority == _api.Authority) request.Headers.Authorization = authorization;
            return await _http.SendAsync(request, both.Token);
        }
        catch (Exception e) when (!ct.IsCancellationRequested && e is HttpRequestException or OperationCanceledException)
        {
            throw Fault(
                "GitHubUnreachable",
                FaultCategory.ConnectionError,
                $"cannot be reached: {RegistryFaults.Reason(e)}",
                "Try again, or look at the package's page on GitHub.",
                e);
        }
    }

    private async Task<JsonArray> ReadAsync(HttpResponseMessage response, CancellationToken ct)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.Unauthorized:
                throw Fault(
                    "GitHubUnauthorized",
                    FaultCategory.AuthenticationError,
                    "does not accept the token (401)",
                    $"Log in again with 'docker login {RegistryHost}' and a token with read:packages.");
            case HttpStatusCode.Forbidden:
                throw Fault(
                    "GitHubForbidden",
                    FaultCategory.PermissionDenied,
                    "does not let this token list the package (403)",
                    "Use a token with read:packages that the organisation has approved, or wait for the rate limit to end.");
        }

        try
        {
            if (response.IsSuccessStatusCode && StrictJson.Parse(await response.Content.ReadAsByteArrayAsync(ct)) is JsonArray versions)
                return versions;
        }
        catch (JsonException)
        {
            // Reported below.
        }

        throw Fault(
            "GitHubUnreachable",
            FaultCategory.ProtocolError,
            string.Create(CultureInfo.InvariantCulture, $"answered {(int)response.StatusCode} without a list of versions"),
            "Try again, or look at the package's page on GitHub.");
    }

    private static PackageVersion Describe(JsonNode version) => new(
        version.At("id") is JsonValue id && id.TryGetValue(out long number) ? number : 0,
        (version.At("metadata", "container", "tags") as JsonArray ?? []).Select(tag => tag.Text()).OfType<string>().ToArray());

    private static Uri? Next(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Link", out IEnumerable<string>? links)) return null;
        string? next = links
            .SelectMany(link => link.Split(','))
            .FirstOrDefault(link => link.Contains("rel=\"next\"", StringComparison.Ordinal));
        string? address = next?.Split('<', '>').ElementAtOrDefault(1);
        return Uri.TryCreate(address, UriKind.Absolute, out Uri? page) && page.Scheme is "http" or "https" ? page : null;
    }

    private DeployException Fault(string id, FaultCategory category, string what, string remedy, Exception? inner = null) =>
        new(id, category, $"The GitHub API at {_api.Authority} {what} (versions of {_repository.Repository}).", remedy, inner)
        {
            Subject = _repository.Repository,
        };
}
