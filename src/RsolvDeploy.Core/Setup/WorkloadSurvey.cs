using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Setup;

/// <summary>The Deployment and what belongs to it in its namespace.</summary>
/// <param name="Deployment">The Deployment.</param>
/// <param name="Services">The Services that select its pods.</param>
/// <param name="Ingresses">The Ingresses that lead to one of these Services.</param>
/// <param name="Autoscaler">The name of its HorizontalPodAutoscaler; null for none.</param>
internal sealed record WorkloadSurvey(
    V1Deployment Deployment, IReadOnlyList<V1Service> Services, IReadOnlyList<V1Ingress> Ingresses, string? Autoscaler)
{
    /// <summary>The spec of its pods.</summary>
    public V1PodSpec Pods => Deployment.Spec.Template.Spec;

    /// <summary>The container that the Deployment is named after, or else the first.</summary>
    public V1Container Container =>
        Pods.Containers.FirstOrDefault(one => one.Name == Deployment.Metadata.Name) ?? Pods.Containers[0];

    /// <summary>Reads it. What may not be read is left out.</summary>
    /// <exception cref="DeployException">There is no such Deployment, or none is specified and there is not exactly one.</exception>
    public static async Task<WorkloadSurvey> ReadAsync(ClusterClient cluster, DraftRequest request, CancellationToken ct)
    {
        var deployment = request.Deployment is { } name
            ? (await cluster.GetAsync(ResourceKind.Deployments, request.Namespace, name, ct)).ReadAs<V1Deployment>()
            : await OnlyAsync(cluster, request.Namespace, ct);
        var labels = deployment.Spec.Template.Metadata?.Labels ?? new Dictionary<string, string>();
        var services = (await ListAsync<V1Service>(cluster, ResourceKind.Services, request.Namespace, ct))
            .Where(one => one.Spec?.Selector is { Count: > 0 } selector
                && selector.All(pair => labels.TryGetValue(pair.Key, out var value) && value == pair.Value))
            .ToList();
        var served = services.Select(one => one.Metadata.Name).ToHashSet();
        var ingresses = (await ListAsync<V1Ingress>(cluster, ResourceKind.Ingresses, request.Namespace, ct))
            .Where(one => (one.Spec?.Rules ?? []).SelectMany(rule => rule.Http?.Paths ?? [])
                .Any(path => path.Backend.Service is { } backend && served.Contains(backend.Name)))
            .ToList();
        var autoscalers = await ListAsync<V2HorizontalPodAutoscaler>(cluster, ResourceKind.Autoscalers, request.Namespace, ct);
        var autoscaler = autoscalers.FirstOrDefault(one =>
            one.Spec?.ScaleTargetRef is { Kind: "Deployment" } scaled && scaled.Name == deployment.Metadata.Name);
        return new WorkloadSurvey(deployment, services, ingresses, autoscaler?.Metadata.Name);
    }

    /// <summary>All objects of a kind; none where they may not be listed or the server does not know the kind.</summary>
    public static async Task<IReadOnlyList<T>> ListAsync<T>(ClusterClient cluster, ResourceKind kind, string? ns, CancellationToken ct)
        where T : class
    {
        try
        {
            return [.. (await cluster.ListAllAsync(kind, ns, null, null, ct)).Select(one => one.ReadAs<T>())];
        }
        catch (ApiException e) when (e.StatusCode is 403 or 404)
        {
            return [];
        }
    }

    private static async Task<V1Deployment> OnlyAsync(ClusterClient cluster, string ns, CancellationToken ct)
    {
        var all = await cluster.ListAllAsync(ResourceKind.Deployments, ns, null, null, ct);
        if (all is [var only]) return only.ReadAs<V1Deployment>();
        var names = string.Join(", ", all.Select(one => one.ReadAs<V1Deployment>().Metadata.Name));
        throw new DeployException(
            "DeploymentNotSpecified",
            FaultCategory.InvalidArgument,
            all.Count == 0 ? $"The namespace {ns} has no Deployment." : $"The namespace {ns} has several Deployments: {names}.",
            all.Count == 0 ? "Specify another namespace." : "Specify one with -Deployment.")
        { Subject = ns };
    }
}
