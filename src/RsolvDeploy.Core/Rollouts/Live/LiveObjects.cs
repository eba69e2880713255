using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;

namespace RsolvDeploy.Rollouts.Live;

/// <summary>The objects of a deployment, read once.</summary>
/// <param name="Deployment">The Deployment.</param>
/// <param name="ReplicaSets">The ReplicaSets that its selector matches.</param>
/// <param name="Pods">The pods that its selector matches.</param>
/// <param name="Events">The events of the namespace; none when every pod is ready.</param>
internal sealed record LiveObjects(
    JsonObject Deployment,
    IReadOnlyList<JsonObject> ReplicaSets,
    IReadOnlyList<JsonObject> Pods,
    IReadOnlyList<JsonObject> Events)
{
    /// <summary>Reads them.</summary>
    /// <exception cref="Errors.DeployException">The Deployment is missing, or something of it may not be read.</exception>
    public static async Task<LiveObjects> ReadAsync(ClusterClient cluster, Target target, CancellationToken ct)
    {
        var deployment = await cluster.GetAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, ct);
        var selector = DeploymentReader.Selector(deployment);
        var sets = cluster.ListAllAsync(ResourceKind.ReplicaSets, target.Namespace, selector, null, ct);
        var pods = await cluster.ListAllAsync(ResourceKind.Pods, target.Namespace, selector, null, ct);
        // Events only explain pods that are not ready; a namespace may hold thousands of them.
        var events = pods.TrueForAll(pod => PodReader.IsReady(pod.ReadAs<V1Pod>()))
            ? []
            : await cluster.ListAllAsync(ResourceKind.Events, target.Namespace, null, "involvedObject.kind=Pod", ct);
        return new LiveObjects(deployment, await sets, pods, events);
    }

    /// <summary>What a rollout of the Deployment as it is now has to end in.</summary>
    /// <exception cref="Errors.DeployException"><c>ContainerNotFound</c></exception>
    public RolloutExpectation Expect(Target target)
    {
        var template = Deployment.At("spec", "template");
        var container = DeploymentReader.Container(Deployment, target);
        return new RolloutExpectation(target.Deployment, container, Image(container), DeploymentReader.Generation(Deployment))
        {
            AdditionalImages = DeploymentReader.AlsoContainers(Deployment, target).ToDictionary(name => name, Image),
            Settings = target.Rollout,
        };

        string Image(string name) => PodTemplate.Image(template, name) ?? "";
    }

    /// <summary>What a watch of the rollout would have observed by now.</summary>
    public RolloutState ToState(RolloutExpectation expected)
    {
        var state = new RolloutState(expected);
        foreach (var (kind, items) in new[]
        {
            (ResourceKind.Deployments, [Deployment]), (ResourceKind.ReplicaSets, ReplicaSets), (ResourceKind.Pods, Pods),
            (ResourceKind.Events, Events),
        })
        {
            foreach (var item in items) state = state.Apply(kind, new WatchEvent(WatchEventType.Added, item));
        }

        return state;
    }

    /// <summary>
    /// The ReplicaSet of the Deployment's template, as its controller finds it; null until it has created one. Unlike the revision, the
    /// template does not depend on what the controller has observed.
    /// </summary>
    public V1ReplicaSet? Newest(RolloutState state)
    {
        var template = WithoutHash(Deployment);
        return ReplicaSets
            .Where(set => JsonNode.DeepEquals(WithoutHash(set), template))
            .Select(set => state.OwnedSets().FirstOrDefault(owned => owned.Uid() == set.At("metadata", "uid").Text()))
            .FirstOrDefault(owned => owned is not null);
    }

    private static JsonNode? WithoutHash(JsonObject workload)
    {
        var template = workload.At("spec", "template")?.DeepClone();
        (template.At("metadata", "labels") as JsonObject)?.Remove("pod-template-hash");
        return template;
    }
}
