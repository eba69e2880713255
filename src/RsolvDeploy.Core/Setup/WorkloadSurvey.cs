using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Json;

namespace RsolvDeploy.Setup;

/// <summary>A workload and what belongs to it in its namespace.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Its name.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Template">The template of its pods.</param>
internal sealed record WorkloadSurvey(WorkloadKind Kind, string Name, string Namespace, JsonObject Template)
{
    /// <summary>The Services that select its pods.</summary>
    public IReadOnlyList<V1Service> Services { get; init; } = [];

    /// <summary>The host name that leads to one of these Services; null for none.</summary>
    public ServedHost? Host { get; init; }

    /// <summary>The name of its HorizontalPodAutoscaler; null for none.</summary>
    public string? Autoscaler { get; init; }

    /// <summary>The spec of its pods.</summary>
    public V1PodSpec Pods { get; } = Template.ReadAs<V1PodTemplateSpec>().Spec;

    /// <summary>The container that the workload is named after, or else the first.</summary>
    public V1Container Container => Pods.Containers.FirstOrDefault(one => one.Name == Name) ?? Pods.Containers[0];

    /// <summary>Reads it. What may not be read is left out.</summary>
    /// <exception cref="Errors.DeployException">There is no such workload, or none is specified and there is not exactly one.</exception>
    public static async Task<WorkloadSurvey> ReadAsync(ClusterClient cluster, DraftRequest request, CancellationToken ct)
    {
        var (kind, workload) = await new WorkloadSearch(cluster, request.Namespace).FindAsync(request.Deployment, ct);
        var template = (JsonObject)workload.At("spec", "template")!;
        var labels = template.ReadAs<V1PodTemplateSpec>().Metadata?.Labels ?? new Dictionary<string, string>();
        var scaling = ListAsync<V2HorizontalPodAutoscaler>(cluster, ResourceKind.Autoscalers, request.Namespace, ct);
        var services = (await ListAsync<V1Service>(cluster, ResourceKind.Services, request.Namespace, ct))
            .Where(one => one.Spec?.Selector is { Count: > 0 } selector
                && selector.All(pair => labels.TryGetValue(pair.Key, out var value) && value == pair.Value))
            .ToList();
        var served = services.Select(one => one.Metadata.Name).ToHashSet();
        var host = await new ServedHosts(cluster, request.Namespace, served).FindFirstAsync(ct);
        var name = workload.At("metadata", "name").Text()!;
        var autoscaler = (await scaling).FirstOrDefault(one =>
            one.Spec?.ScaleTargetRef is { } scaled && scaled.Kind == $"{kind}" && scaled.Name == name);
        return new WorkloadSurvey(kind, name, request.Namespace, template)
        {
            Services = services,
            Host = host,
            Autoscaler = autoscaler?.Metadata.Name,
        };
    }

    /// <summary>All objects of a kind; none where they may not be listed or the server does not know the kind.</summary>
    public static async Task<IReadOnlyList<T>> ListAsync<T>(ClusterClient cluster, ResourceKind kind, string? ns, CancellationToken ct)
        where T : class => [.. (await ListAsync(cluster, kind, ns, ct)).Select(one => one.ReadAs<T>())];

    /// <summary>The same, as the server sent them.</summary>
    public static async Task<IReadOnlyList<JsonObject>> ListAsync(
        ClusterClient cluster, ResourceKind kind, string? ns, CancellationToken ct)
    {
        try
        {
            return [.. await cluster.ListAllAsync(kind, ns, null, null, ct)];
        }
        catch (ApiException e) when (e.StatusCode is 403 or 404)
        {
            return [];
        }
    }
}
