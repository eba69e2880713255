using System.Globalization;
using k8s.Models;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Models;

namespace RsolvDeploy.Cluster.Workloads;

/// <summary>What a container uses, as metrics.k8s.io shows it.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="Container">The container.</param>
/// <param name="At">When it was measured.</param>
internal sealed record ContainerUsage(string Pod, string Container, DateTimeOffset At)
{
    private static readonly TimeSpan AssumedWindow = TimeSpan.FromSeconds(15);

    /// <summary>Its working set, in bytes.</summary>
    public double Memory { get; init; }

    /// <summary>Its CPU over the window, in cores.</summary>
    public double Cpu { get; init; }

    /// <summary>The time that the CPU is the mean of; the next measurement comes about that much later.</summary>
    public TimeSpan Window { get; init; } = AssumedWindow;

    /// <summary>The containers of all pods of a namespace; null when the cluster does not serve this API, or it is not available.</summary>
    /// <exception cref="Errors.DeployException">The API server refuses, or does not respond.</exception>
    public static async Task<IReadOnlyList<ContainerUsage>?> ListAsync(ClusterClient cluster, string ns, CancellationToken ct)
    {
        try
        {
            var pods = await cluster.ListAllAsync(ResourceKind.PodMetrics, ns, null, null, ct);
            return [.. pods.Select(pod => pod.ReadAs<PodMetrics>()).SelectMany(From)];
        }
        catch (ApiException e) when (e.StatusCode is 404 or 503)
        {
            return null;
        }
    }

    private static IEnumerable<ContainerUsage> From(PodMetrics pod) => (pod.Containers ?? []).Select(container =>
        new ContainerUsage(
            pod.Metadata.Name, container.Name, new DateTimeOffset(DateTime.SpecifyKind(pod.Timestamp ?? default, DateTimeKind.Utc)))
        {
            Memory = ValueOf(container, "memory"),
            Cpu = ValueOf(container, "cpu"),
            Window = WindowOf(pod.Window),
        });

    private static double ValueOf(ContainerMetrics container, string resource) =>
        container.Usage?.TryGetValue(resource, out var quantity) == true ? (double)quantity.ToDecimal() : 0;

    // A duration as Go writes it: 15.02s, or 1m0.5s.
    private static TimeSpan WindowOf(string? text)
    {
        if (text is null || !text.EndsWith('s')) return AssumedWindow;
        var parts = text.TrimEnd('s').Split('m');
        var minutes = 0;
        return double.TryParse(parts[^1], NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            && seconds is >= 0 and < 3600
            && (parts.Length == 1 || (int.TryParse(parts[0], CultureInfo.InvariantCulture, out minutes) && minutes < 60))
            ? TimeSpan.FromSeconds(seconds) + TimeSpan.FromMinutes(minutes)
            : AssumedWindow;
    }
}
