using System.Globalization;
using System.Runtime.CompilerServices;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Cluster.Transport;

/// <summary>Reads a container's log line by line.</summary>
internal static class ContainerLog
{
    // A program may print without ever ending a line.
    private const int LongestLine = 1024 * 1024;

    public static async IAsyncEnumerable<string> ReadAsync(
        ApiRequests requests, string ns, string pod, LogOptions options, [EnumeratorCancellation] CancellationToken ct)
    {
        var call = Call(ns, pod, options);
        using var response = await requests.OpenAsync(call, ct);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(ct));
        var lines = new BoundedLines(reader, LongestLine) { CutsLongLines = true };
        while (await NextLineAsync(requests, call, lines, ct) is { } line) yield return line;
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

    private static async Task<string?> NextLineAsync(ApiRequests requests, ApiCall call, BoundedLines lines, CancellationToken ct)
    {
        try
        {
            return await lines.NextAsync(ct);
        }
        catch (Exception e) when (e is IOException or HttpRequestException && !ct.IsCancellationRequested)
        {
            throw requests.Faults.Broken(call, e);
        }
    }
}
