using System.Globalization;
using System.Runtime.CompilerServices;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Cluster.Transport;

/// <summary>Reads a container's log line by line.</summary>
internal static class ContainerLog
{
    // A program may print without ever ending a line.
    private const int LongestLine = 1024 * 1024;

    // A log that is not followed has an end.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    public static async IAsyncEnumerable<string> ReadAsync(
        ApiRequests requests, string ns, string pod, LogOptions options, [EnumeratorCancellation] CancellationToken ct)
    {
        var call = Call(ns, pod, options);
        using var whole = new CancellationTokenSource(options.Follow ? Timeout.InfiniteTimeSpan : Longest, requests.Time);
        using var response = await requests.OpenAsync(call, ct);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(ct));
        var lines = new BoundedLines(reader, LongestLine) { CutsLongLines = true };
        var read = new LogRead(requests, call, lines) { IsFollowed = options.Follow };
        while (await read.NextAsync(whole.Token, ct) is { } line)
        {
            if (!lines.EndedWithLineFeed && KubeletLogError.Matches(line)) throw requests.Faults.NoLog(call, line);
            yield return line;
        }
    }

    private static ApiCall Call(string ns, string pod, LogOptions options)
    {
        var query = new QueryText()
            .Add("container", options.Container)
            .Add("previous", options.Previous ? "true" : null)
            .Add("tailLines", options.TailLines?.ToString(CultureInfo.InvariantCulture))
            .Add("sinceSeconds", options.SinceSeconds?.ToString(CultureInfo.InvariantCulture))
            .Add("timestamps", options.Timestamps ? "true" : null)
            .Add("follow", options.Follow ? "true" : null);
        return new ApiCall(HttpMethod.Get, "get", $"{ResourceKind.Pods.PathOf(ns, pod)}/log{query}")
        {
            Kind = ResourceKind.Pods,
            Subresource = "log",
            Namespace = ns,
            Name = pod,
        };
    }

    private sealed record LogRead(ApiRequests Requests, ApiCall Call, BoundedLines Lines)
    {
        /// <summary>Whether the container may be silent for as long as it likes.</summary>
        public bool IsFollowed { get; init; }

        public async Task<string?> NextAsync(CancellationToken whole, CancellationToken ct)
        {
            using var limit = new CancellationTokenSource(IsFollowed ? Timeout.InfiniteTimeSpan : ApiRequests.Limit, Requests.Time);
            using var all = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, whole, ct);
            try
            {
                return await Lines.NextAsync(all.Token);
            }
            catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
            {
                throw Requests.Faults.TimedOut(Call, whole.IsCancellationRequested ? Longest : ApiRequests.Limit, e);
            }
            catch (Exception e) when (e is IOException or HttpRequestException && !ct.IsCancellationRequested)
            {
                throw Requests.Faults.Broken(Call, e);
            }
        }
    }
}
