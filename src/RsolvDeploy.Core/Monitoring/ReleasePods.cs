using System.Net;
using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Monitoring;

/// <summary>
/// The pods of the release that is verified. Prometheus shows targets and series of the pods before for some minutes; they do not count.
/// </summary>
/// <param name="Addresses">The addresses of the pods by their names; an address is null until the pod has one.</param>
internal sealed record ReleasePods(IReadOnlyDictionary<string, string?> Addresses)
{
    private static readonly string[] PodLabels = ["pod", "kubernetes_pod_name", "pod_name", "k8s_pod_name", "kubernetes_pod"];

    /// <summary>Reads the pods that the newest ReplicaSet of the Deployment owns.</summary>
    /// <returns>Null when there is none.</returns>
    public static async Task<ReleasePods?> ReadAsync(ClusterClient cluster, Target target, CancellationToken ct)
    {
        var deployment = (await cluster.GetAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, ct)).ReadAs<V1Deployment>();
        (var pods, var sets) = await OwnedPods.From(cluster, deployment).ListAsync(ct);
        string? revision = deployment.GetAnnotation(DeploymentAnnotations.Revision);
        string? owner = sets.Select(set => set.ReadAs<V1ReplicaSet>())
            .FirstOrDefault(set => revision is not null && set.GetAnnotation(DeploymentAnnotations.Revision) == revision)?.Uid();
        var addresses = pods.Select(pod => pod.ReadAs<V1Pod>())
            .Where(pod => pod.OwnerReferences()?.Any(reference => reference.Uid == owner) == true)
            .Where(pod => !PodReader.IsTerminating(pod) && !PodReader.HasEnded(pod))
            .ToDictionary(pod => pod.Name(), pod => pod.Status?.PodIP);
        return addresses.Count == 0 ? null : new ReleasePods(addresses);
    }

    /// <summary>The pod of the release that a target is; null when it is none of them.</summary>
    /// <param name="scraped">The target.</param>
    /// <param name="isOther">Whether the target names another pod; false when it names none, as one behind a service.</param>
    public string? PodOf(PrometheusTarget scraped, out bool isOther)
    {
        string? label = PodLabels.Select(name => scraped.Labels.GetValueOrDefault(name)).FirstOrDefault(name => name is { Length: > 0 });
        string? byLabel = label is not null && Addresses.ContainsKey(label) ? label : null;
        isOther = label is not null && byLabel is null;
        return label is null ? PodAt(scraped) : byLabel;
    }

    private string? PodAt(PrometheusTarget scraped)
    {
        if (!Uri.TryCreate(scraped.ScrapeUrl, UriKind.Absolute, out Uri? url)
            || !IPAddress.TryParse(url.DnsSafeHost, out IPAddress? address))
        {
            return null;
        }

        return Addresses.FirstOrDefault(pod => IPAddress.TryParse(pod.Value, out IPAddress? own) && own.Equals(address)).Key;
    }
}
