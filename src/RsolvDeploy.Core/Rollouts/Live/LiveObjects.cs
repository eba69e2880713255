using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Rollouts.Live;

/// <summary>The objects of a workload, read once.</summary>
/// <param name="Workload">The workload.</param>
/// <param name="Revisions">The ReplicaSets or ControllerRevisions that its selector matches.</param>
/// <param name="Pods">The pods that its selector matches.</param>
/// <param name="Events">The events that explain what is not ready; none of pods when every pod is.</param>
internal sealed record LiveObjects(
    JsonObject Workload,
    IReadOnlyList<JsonObject> Revisions,
    IReadOnlyList<JsonObject> Pods,
    IReadOnlyList<JsonObject> Events)
{
    /// <summary>Reads them.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="target">A target with this workload alone.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="Errors.DeployException">The workload is missing, or something of it may not be read.</exception>
    public static async Task<LiveObjects> ReadAsync(ClusterClient cluster, Target target, CancellationToken ct)
    {
        var (kind, ns) = (target.Main.Kind, target.Namespace);
        var workload = await cluster.GetAsync(WorkloadKinds.ResourceOf(kind), ns, target.Deployment, ct);
        // The pods of a CronJob belong to its jobs; a rollout has none.
        if (kind == WorkloadKind.CronJob) return new LiveObjects(workload, [], [], []);
        var selector = DeploymentReader.Selector(workload);
        var revisions = cluster.ListAllAsync(WorkloadKinds.WatchedFor(kind).Revisions, ns, selector, null, ct);
        var pods = await cluster.ListAllAsync(ResourceKind.Pods, ns, selector, null, ct);
        // Events only explain pods that are not ready; a namespace may hold thousands of them.
        var events = pods.TrueForAll(pod => PodReader.IsReady(pod.ReadAs<V1Pod>())) ? [] : await EventsOfAsync("Pod");
        // Of these kinds only the controller's events show why it creates no pod.
        if (kind != WorkloadKind.Deployment) events.AddRange(await EventsOfAsync($"{kind}"));
        return new LiveObjects(workload, await revisions, pods, events);

        Task<List<JsonObject>> EventsOfAsync(string involved) =>
            cluster.ListAllAsync(ResourceKind.Events, ns, null, $"involvedObject.kind={involved}", ct);
    }

    /// <summary>What a rollout of the workload as it is now has to end in.</summary>
    /// <exception cref="Errors.DeployException"><c>ContainerNotFound</c></exception>
    public RolloutExpectation Expect(Target target)
    {
        var template = PodTemplate.Of(Workload);
        var container = DeploymentReader.Container(Workload, target);
        return new RolloutExpectation(target.Deployment, container, Image(container), DeploymentReader.Generation(Workload))
        {
            AdditionalImages = DeploymentReader.AlsoContainers(Workload, target).ToDictionary(name => name, Image),
            Kind = target.Main.Kind,
            Settings = target.Rollout,
        };

        string Image(string name) => PodTemplate.Image(template, name) ?? "";
    }

    /// <summary>What a watch of the rollout would have observed by now.</summary>
    public RolloutState ToState(RolloutExpectation expected)
    {
        var state = new RolloutState(expected);
        var (workloads, revisions) = WorkloadKinds.WatchedFor(expected.Kind);
        foreach (var (kind, items) in new[]
        {
            (workloads, [Workload]), (revisions, Revisions), (ResourceKind.Pods, Pods), (ResourceKind.Events, Events),
        })
        {
            foreach (var item in items) state = state.Apply(kind, new WatchEvent(WatchEventType.Added, item));
        }

        return state;
    }
}
