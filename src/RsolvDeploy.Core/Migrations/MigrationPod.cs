using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Migrations;

/// <summary>A pod of the deployment to run commands in.</summary>
/// <param name="Name">The pod.</param>
/// <param name="Container">The container.</param>
/// <param name="Image">The image of its container.</param>
internal sealed record MigrationPod(string Name, string Container, string Image)
{
    /// <summary>A ready pod of the newest revision, or the one that is named.</summary>
    /// <exception cref="DeployException"><c>PodNotReady</c>: there is none, or the named one is not ready.</exception>
    public static async Task<MigrationPod> FindAsync(ClusterClient cluster, Target target, string? named, CancellationToken ct)
    {
        var deployment = (await cluster.GetAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, ct)).ReadAs<V1Deployment>();
        var container = DeploymentReader.Container(deployment, target);
        var (pods, sets) = await OwnedPods.From(cluster, deployment).ListAsync(ct);
        var ready = pods.Select(ObjectModel.ReadAs<V1Pod>).Where(pod => PodReader.IsReady(pod) && !PodReader.IsTerminating(pod)).ToList();
        if (named is not null)
        {
            return ready.Find(pod => pod.Name() == named) is { } asked ? From(asked)
                : throw NotReady($"pod '{named}' is no ready pod of {target.Namespace}/{target.Deployment}");
        }

        var newest = sets.Select(ObjectModel.ReadAs<V1ReplicaSet>).MaxBy(set => DeploymentReader.Revision(set) ?? 0);
        return ready.Find(pod => newest is not null && ObjectOwners.IsOwnedBy(pod, newest)) is { } found ? From(found)
            : throw NotReady($"no pod of the newest revision of {target.Namespace}/{target.Deployment} is ready");

        MigrationPod From(V1Pod pod) => new(pod.Name(), container, DeploymentReader.Image(pod.Spec, container) ?? "");
    }

    private static DeployException NotReady(string what) =>
        new(
            "PodNotReady",
            FaultCategory.ResourceUnavailable,
            $"The migrations cannot be listed: {what}.",
            "Wait until the rollout is complete, or name a ready pod with -Pod.");
}
