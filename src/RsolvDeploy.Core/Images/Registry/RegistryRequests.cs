using System.Net;
using System.Net.Http.Headers;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Resilience;

namespace RsolvDeploy.Images.Registry;

/// <summary>Sends requests for one repository, and responds to the registry's challenges.</summary>
internal sealed class RegistryRequests : IDisposable
{
    private const int LargestDocument = 8 * 1024 * 1024;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // Of a large body each piece; a registry may need minutes to store a layer that it has received.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(5);

    private readonly ImageReference _repository;
    private readonly RegistryCredentials _credentials;
    private readonly RegistryFaults _faults;
    private readonly RegistryTokens _tokens;
    private readonly HttpClient _http;
    private readonly Uri _base;
    private readonly TimeProvider _time;
    private readonly RetryPolicy _retries;
    private AuthenticationHeaderValue? _authorization;

    public RegistryRequests(
        ImageReference repository, DockerEnvironment environment, HttpMessageHandler? handler, DockerConfigFile? logins)
    {
        _repository = repository;
        _credentials = new RegistryCredentials(environment, logins);
        _faults = new RegistryFaults(repository);
        _http = new HttpClient(handler is null ? RegistryRedirects.Create() : new RegistryRedirects(handler))
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = LargestDocument,
        };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("RsolvDeploy");
        _time = environment.Time;
        _retries = RegistryRetries.For(_time);
        _tokens = new RegistryTokens((create, ct) => TryAsync(_ => create(), buffers: true, ct), repository.Host);
        _base = new Uri(RegistryAddress.For(repository.Host), $"{repository.Path}/");
    }

    /// <summary>Whether bodies may be large: they are not buffered, and the time limit is for each piece of them.</summary>
    public bool Streams { get; init; }

    /// <summary>What was presented to the registry; null while it required nothing.</summary>
    public RegistryLogin? Login { get; private set; }

    /// <summary>Sends a request; responds to one challenge.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The address, relative to the repository's.</param>
    /// <param name="accepted">The media types to request.</param>
    /// <param name="content">Creates the body of each attempt, which calls a function when a piece of it was sent; null for none.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="Errors.DeployException"><c>RegistryUnauthorized</c>, <c>RegistryUnreachable</c>, <c>RegistryInsecure</c>,
    /// <c>RegistryAnswerInvalid</c>, <c>CredentialHelperFailed</c>, <c>DockerConfigInvalid</c>.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, IReadOnlyList<string> accepted, Func<Action, HttpContent>? content, CancellationToken ct)
    {
        bool writes = method != HttpMethod.Get && method != HttpMethod.Head;
        try
        {
            HttpResponseMessage response = await TryAsync(CreateRequest, !Streams, ct);
            if (IsForAnotherToken(response, writes))
            {
                response.Dispose();
                _authorization = null;
                response = await TryAsync(CreateRequest, !Streams, ct);
            }

            // Whoever an address or a redirect of the registry leads to could name a service that gets the credential.
            if (response.StatusCode != HttpStatusCode.Unauthorized || !IsRegistry(response.RequestMessage!.RequestUri!)) return response;
            using (response) await AuthorizeAsync(response, writes, ct);
            return await TryAsync(CreateRequest, !Streams, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested && e is HttpRequestException or OperationCanceledException or IOException)
        {
            throw _faults.Unreachable(RegistryFaults.Reason(e), e);
        }

        HttpRequestMessage CreateRequest(Action sent)
        {
            var request = new HttpRequestMessage(method, new Uri(_base, path)) { Content = content?.Invoke(sent) };
            foreach (string type in accepted) request.Headers.Accept.ParseAdd(type);
            // An address that the registry names may be on another host, which does not get the credential of this one.
            if (IsRegistry(request.RequestUri!)) request.Headers.Authorization = _authorization;
            return request;
        }
    }

    /// <summary>Cancels an upload. Its address may be on another host, which does not get the credential of this one.</summary>
    public async Task CancelUploadAsync(Uri upload, CancellationToken ct)
    {
        try
        {
            using HttpResponseMessage _ = await TryAsync(
                _ =>
                {
                    var request = new HttpRequestMessage(HttpMethod.Delete, upload);
                    if (IsRegistry(upload)) request.Headers.Authorization = _authorization;
                    return request;
                },
                buffers: true,
                ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested && e is HttpRequestException or OperationCanceledException or IOException)
        {
            string place = upload.GetLeftPart(UriPartial.Authority);
            throw _faults.Unreachable($"it names {place} as the address for uploads: {RegistryFaults.Reason(e)}", e);
        }
    }

    public void Dispose() => _http.Dispose();

    private bool IsRegistry(Uri address) => address.Scheme == _base.Scheme && address.Authority == _base.Authority;

    // Some registries refuse a token for reading without a challenge for one that may write, and Harbor with one for a password.
    private bool IsForAnotherToken(HttpResponseMessage response, bool writes) => response.StatusCode switch
    {
        HttpStatusCode.Forbidden => writes && _authorization is not null,
        HttpStatusCode.Unauthorized =>
            _authorization?.Scheme == "Bearer" && !RegistryChallenge.Choose(Challenges(response)).Any(challenge => challenge.IsBearer),
        _ => false,
    };

    private static HeaderStringValues Challenges(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("WWW-Authenticate", out HeaderStringValues values) ? values : default;

    // A token may have expired, or have another scope; the challenge names what is required now.
    private async Task AuthorizeAsync(HttpResponseMessage refused, bool writes, CancellationToken ct)
    {
        RegistryLogin login = Login = await _credentials.FindAsync(_repository.Host, _repository.Path, ct);
        string scope = $"repository:{_repository.Path}:{(writes ? "pull,push" : "pull")}";
        _authorization = null;
        foreach (RegistryChallenge challenge in RegistryChallenge.Choose(Challenges(refused)))
        {
            _authorization = await _tokens.RespondAsync(challenge, login.Credential, _base, scope, ct);
            if (_authorization is not null) return;
        }

        throw _faults.Unauthorized(login, await RegistryMessage.ReadAsync(refused, ct));
    }

    // The limit is for each attempt. A request that is sent in pieces has it anew with each piece.
    private Task<HttpResponseMessage> TryAsync(Func<Action, HttpRequestMessage> create, bool buffers, CancellationToken ct) =>
        _retries.RunAsync(async token =>
        {
            TimeSpan longest = buffers ? Limit : LongestSilence;
            using var limit = new CancellationTokenSource(longest, _time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, token);
            using HttpRequestMessage request = create(() => limit.CancelAfter(longest));
            var response = await _http.SendAsync(
                request, buffers ? HttpCompletionOption.ResponseContentRead : HttpCompletionOption.ResponseHeadersRead, both.Token);
            response.RequestMessage = request; // a redirect changes its address
            return response;
        }, ct);
}
