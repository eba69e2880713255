using System.Globalization;
using System.Runtime.CompilerServices;

namespace RsolvDeploy.Cluster.Transport;

/// <summary>Reads a container's log line by line.</summary>
internal static class ContainerLog
{
    public static async IAsyncEnumerable<string> ReadAsync(
        ApiRequests requests, string ns, string pod, LogOptions options, [EnumeratorCancellation] CancellationToken ct)
    {
        var call = Call(ns, pod, options);
        using var response = await requests.OpenAsync(call, ct);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(ct));
        while (await NextLineAsync(requests, call, reader, ct) is { } line) yield return line;
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

    private static async Task<string?> NextLineAsync(ApiRequests requests, ApiCall call, StreamReader reader, CancellationToken ct)
    {
        try
        {
            return await reader.ReadLineAsync(ct);
        }
        catch (Exception e) when (e is IOException or HttpRequestException && !ct.IsCancellationRequested)
        {
            throw requests.Faults.Broken(call, e);
        }
    }
}
