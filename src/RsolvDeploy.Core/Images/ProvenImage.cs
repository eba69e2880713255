using k8s.Models;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Identity;

namespace RsolvDeploy.Images;

/// <summary>The image that a deployment runs: by the digest of its pod template, proven in its pods.</summary>
/// <param name="Reference">The image, <c>repository@sha256:…</c>; null when it is not proven.</param>
/// <param name="Evidence">How it is proven, or why it is not.</param>
internal sealed record ProvenImage(string? Reference, string Evidence)
{
    /// <summary>The image.</summary>
    /// <param name="name">The name of the target.</param>
    /// <exception cref="DeployException"><c>ImageNotProven</c>.</exception>
    public string Require(string name) => Reference ?? throw new DeployException(
        "ImageNotProven",
        FaultCategory.InvalidOperation,
        $"It is not proven which image {name} runs: {Evidence}.",
        $"Deploy an image to {name} with Update-RsolvDeployment, then run the command again.")
    { Subject = name };

    /// <summary>Reads it.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="target">The deployment.</param>
    /// <param name="environment">The logins of the registries.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<ProvenImage> ReadAsync(
        ClusterClient cluster, Target target, DockerEnvironment environment, TimeProvider clock, CancellationToken ct)
    {
        var workload = await cluster.GetAsync(WorkloadKinds.ResourceOf(target), target.Namespace, target.Deployment, ct);
        var container = DeploymentReader.Container(workload, target);
        var image = PodTemplate.Image(PodTemplate.Of(workload), container) ?? "";
        if (ImageDigest.From(image) is null)
            image = (await new ImagePublisher(environment, clock).ResolveAsync(target, image, ct)).Reference;
        var (pods, _) = await OwnedPods.From(cluster, workload.ReadAs<V1Deployment>()).ListAsync(ct);
        var live = pods
            .Select(pod => pod.ReadAs<V1Pod>())
            .Where(pod => !PodReader.IsTerminating(pod) && !PodReader.HasEnded(pod));
        var running = RunningImage.Create(live, [(container, image)]);
        if (running.Count == 0) return new ProvenImage(null, $"{target.Namespace}/{target.Deployment} has no pod");
        var proof = await new RunningImageCheck(cluster, environment, clock).EvaluateAsync(running, ct);
        return new ProvenImage(proof.Result == CheckResult.Met ? image : null, proof.Evidence);
    }
}
