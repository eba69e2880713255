using System.Collections.Concurrent;
using System.Net;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;
using RsolvDeploy.Resilience;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Staging.GitHub;

/// <summary>
/// Sends the requests of Octokit: waits for rate limits, repeats reads that fail for a short time, keeps what has not changed by its ETag,
/// and turns each refusal into an error with an id.
/// </summary>
internal sealed class GitHubHandler : DelegatingHandler
{
    private const int LongestBody = 32 * 1024 * 1024;
    private const int MostEntries = 200;
    private const int Retries = 4;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, KeptResponse> _known = new(StringComparer.Ordinal);
    private readonly CancellationToken _operator;
    private readonly TimeProvider _clock;

    public GitHubHandler(HttpMessageHandler inner, TimeProvider clock, CancellationToken ct)
        : base(inner) => (_clock, _operator) = (clock, ct);

    /// <summary>Marks a request whose response is read as it comes, not whole.</summary>
    public static readonly HttpRequestOptionsKey<bool> Streams = new("rsolv.streams");

    public IReporter Reporter { get; init; } = SilentReporter.Instance;

    /// <exception cref="DeployException"><c>GitHubRateLimited</c>, <c>GitHubUnreachable</c>, <see cref="GitHubFault"/>.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_operator, cancellationToken);
        var backoff = new Backoff(_clock);
        var waited = TimeSpan.Zero;
        AddTag(request);
        while (true)
        {
            var (response, error) = await TrySendAsync(request, either.Token);
            if (response is not null && RateLimit.From(response, _clock.GetUtcNow()) is { } limit)
            {
                response.Dispose();
                waited += limit.Wait;
                // A request that was rejected for a limit did nothing, so that every one may be repeated.
                if (waited > LongestWait) throw limit.ToError(request.RequestUri!.Authority);
                Reporter.Warning($"GitHub asks to wait {limit.Wait.TotalSeconds:0} s: its {limit.Kind} rate limit is exceeded.");
                await Task.Delay(limit.Wait, _clock, either.Token);
                continue;
            }

            var isTransient = response is null || (int)response.StatusCode >= 500;
            if (isTransient && request.Method == HttpMethod.Get && backoff.Failures < Retries)
            {
                response?.Dispose();
                await backoff.WaitAsync(null, either.Token);
                continue;
            }

            return response is null ? throw Unreachable(request, error!) : await FinishAsync(request, response, either.Token);
        }
    }

    private async Task<(HttpResponseMessage? Response, Exception? Error)> TrySendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(Limit, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        HttpResponseMessage? response = null;
        try
        {
            response = await base.SendAsync(request, both.Token);
            if (!IsStreamed(request)) await BufferAsync(response, both.Token);
            return (response, null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException
            || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            response?.Dispose();
            return (null, e is OperationCanceledException ? new TimeoutException($"no response within {Limit.TotalSeconds:0} s", e) : e);
        }
    }

    private static bool IsStreamed(HttpRequestMessage request) => request.Options.TryGetValue(Streams, out var streams) && streams;

    // A repository that was renamed is found on the same host; what is on another one was not configured.
    private static bool LeadsElsewhere(HttpRequestMessage request, HttpResponseMessage response) =>
        (int)response.StatusCode >= 300
            && response.StatusCode != HttpStatusCode.NotModified
            && (response.Headers.Location is not { } location
                || new Uri(request.RequestUri!, location).GetLeftPart(UriPartial.Authority)
                    != request.RequestUri!.GetLeftPart(UriPartial.Authority));

    // Within the limit of the request; the library would read it without one.
    private static async Task BufferAsync(HttpResponseMessage response, CancellationToken ct)
    {
        var content = new ByteArrayContent(await BoundedStream.ReadAsync(response.Content, LongestBody, ct));
        foreach (var (name, values) in response.Content.Headers) content.Headers.TryAddWithoutValidation(name, values);
        response.Content = content;
    }

    private async Task<HttpResponseMessage> FinishAsync(HttpRequestMessage request, HttpResponseMessage response, CancellationToken ct)
    {
        if (response.StatusCode == HttpStatusCode.NotModified && Find(request) is { } known)
        {
            response.Dispose();
            return known.ToResponse(request);
        }

        if ((int)response.StatusCode >= 400 || (!IsStreamed(request) && LeadsElsewhere(request, response)))
        {
            using (response) throw await GitHubFault.ReadAsync(request, response, ct);
        }

        if (!IsStreamed(request) && response.IsSuccessStatusCode && !await GitHubFault.IsOfApiAsync(response, ct))
        {
            using (response) throw GitHubFault.NotUnderstood(request, response);
        }

        if (request.Method != HttpMethod.Get || response.StatusCode != HttpStatusCode.OK || response.Headers.ETag is not { } tag)
            return response;
        using (response)
        {
            var kept = await KeptResponse.ReadAsync(response, tag.ToString(), LongestBody, ct);
            if (_known.Count >= MostEntries) _known.Clear();
            _known[Key(request)] = kept;
            return kept.ToResponse(request);
        }
    }

    private void AddTag(HttpRequestMessage request)
    {
        if (request.Method == HttpMethod.Get && Find(request) is { } known)
            request.Headers.TryAddWithoutValidation("If-None-Match", known.Tag);
    }

    private KeptResponse? Find(HttpRequestMessage request) => _known.GetValueOrDefault(Key(request));

    private static string Key(HttpRequestMessage request) => $"{request.RequestUri} {request.Headers.Accept}";

    private static DeployException Unreachable(HttpRequestMessage request, Exception error) => new(
        "GitHubUnreachable",
        FaultCategory.ConnectionError,
        $"{request.RequestUri!.Authority} cannot be reached: {error.GetBaseException().Message}",
        "Check the network and 'apiUrl' under 'github' in the configuration, then run the command again.",
        error)
    { Subject = request.RequestUri.Authority };
}
