using System.Collections.Concurrent;
using System.Net;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;
using RsolvDeploy.Resilience;

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

    private readonly ConcurrentDictionary<string, KeptResponse> _known = new(StringComparer.Ordinal);
    private readonly CancellationToken _operator;
    private readonly TimeProvider _clock;

    public GitHubHandler(HttpMessageHandler inner, TimeProvider clock, CancellationToken ct)
        : base(inner) => (_clock, _operator) = (clock, ct);

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
        try
        {
            return (await base.SendAsync(request, ct), null);
        }
        catch (HttpRequestException e)
        {
            return (null, e);
        }
    }

    private async Task<HttpResponseMessage> FinishAsync(HttpRequestMessage request, HttpResponseMessage response, CancellationToken ct)
    {
        if (response.StatusCode == HttpStatusCode.NotModified && Find(request) is { } known)
        {
            response.Dispose();
            return known.ToResponse(request);
        }

        if ((int)response.StatusCode >= 400)
        {
            using (response) throw await GitHubFault.ReadAsync(request, response, ct);
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
