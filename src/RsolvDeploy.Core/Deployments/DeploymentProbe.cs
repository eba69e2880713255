using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Deployments;

/// <summary>Asks the Deployment whether a run has changed it: which run did last, and to which image, stands in it.</summary>
internal static class DeploymentProbe
{
    public static async Task<ProbeResult> UpdateAsync(Target target, string runId, JsonObject facts, ClusterClient cluster, CancellationToken ct)
    {
        var (image, by, back) = await ReadAsync(target, runId, cluster, ct);
        var (wanted, before) = (facts["image"].Text(), facts["previousImage"].Text());
        if (by == runId && back) return new ProbeResult(true, $"the update failed, and the run had gone back to {image}") { RolledBackTo = image };
        if (by == runId && image == wanted) return new ProbeResult(true, $"the pod template names {image}, set by this run");
        return by != runId && image == before
            ? new ProbeResult(false, $"the pod template still names {image}")
            : throw Elsewhere(target, runId, image, by, wanted);
    }

    public static async Task<ProbeResult> UndoAsync(Target target, string runId, JsonObject facts, ClusterClient cluster, CancellationToken ct)
    {
        var (image, by, back) = await ReadAsync(target, runId, cluster, ct);
        if (by == runId && back && image == facts["image"].Text()) return new ProbeResult(true, $"the deployment went back to {image}, by this run");
        return image == facts["previousImage"].Text() && !(by == runId && back)
            ? new ProbeResult(false, $"the pod template still names {image}")
            : throw Elsewhere(target, runId, image, by, facts["image"].Text());
    }

    private static async Task<(string? Image, string? By, bool Back)> ReadAsync(Target target, string runId, ClusterClient cluster, CancellationToken ct)
    {
        var deployment = await cluster.GetAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, ct);
        var cause = deployment.At("metadata", "annotations", "kubernetes.io/change-cause").Text() ?? "";
        return (PodTemplate.Image(deployment.At("spec", "template"), DeploymentReader.Container(deployment, target)),
            deployment.At("metadata", "annotations", "rsolv.dev/run-id").Text(),
            cause.StartsWith($"RsolvDeploy run {runId}: back to ", StringComparison.Ordinal));
    }

    private static DeployException Elsewhere(Target target, string runId, string? image, string? by, string? wanted) => StepProbe.Unknown(
        $"{target.Namespace}/{target.Deployment} names {image}, set by {(by is null ? "nobody known" : by == runId ? "this run" : $"run {by}")}; the run meant {wanted}: somebody else changed it since.", runId);
}
