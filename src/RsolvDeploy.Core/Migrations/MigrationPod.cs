using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Rollouts;

namespace RsolvDeploy.Migrations;

/// <summary>A pod of the deployment to run commands in.</summary>
/// <param name="Name">The pod.</param>
/// <param name="Container">The container.</param>
/// <param name="Image">The image that the pod was made with.</param>
internal sealed record MigrationPod(string Name, string Container, string Image)
{
    /// <summary>A ready pod of the newest revision, or the one that is named.</summary>
    /// <exception cref="DeployException"><c>PodNotReady</c>: there is none, or the named one is not ready.</exception>
    public static async Task<MigrationPod> FindAsync(ClusterClient cluster, Target target, string? named, CancellationToken ct)
    {
        var deployment = await cluster.GetAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, ct);
        var container = DeploymentReader.Container(deployment, target);
        var selector = DeploymentReader.Selector(deployment);
        var ready = (await cluster.ListAllAsync(ResourceKind.Pods, target.Namespace, selector, null, ct)).Where(pod => PodReader.IsReady(pod) && pod.At("metadata", "deletionTimestamp") is null).ToList();
        if (named is not null)
        {
            return ready.Find(pod => PodReader.Name(pod) == named) is { } asked ? Of(asked) : throw NotReady($"pod '{named}' is no ready pod of {target.Namespace}/{target.Deployment}");
        }

        var newest = (await cluster.ListAllAsync(ResourceKind.ReplicaSets, target.Namespace, selector, null, ct))
            .Where(set => Owner(set) == deployment.At("metadata", "uid").Text()).MaxBy(set => RolloutState.Revision(set) ?? 0)?.At("metadata", "uid").Text();
        return ready.Find(pod => newest is not null && Owner(pod) == newest) is { } found ? Of(found) : throw NotReady($"no pod of the newest revision of {target.Namespace}/{target.Deployment} is ready");

        MigrationPod Of(JsonObject pod) => new(PodReader.Name(pod), container, DeploymentReader.Image(pod, container) ?? "");
    }

    private static string? Owner(JsonObject item) => (item.At("metadata", "ownerReferences") as JsonArray ?? []).Select(owner => owner.At("uid").Text()).FirstOrDefault();

    private static DeployException NotReady(string what) =>
        new("PodNotReady", FaultCategory.ResourceUnavailable, $"The database's schema cannot be looked at: {what}.", "Wait until the rollout is complete, or name a ready pod with -Pod.");
}
