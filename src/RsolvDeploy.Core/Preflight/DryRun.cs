using System.Text.Json.Nodes;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Preflight;

/// <summary>
/// <c>environment.dry-run</c>: the server accepts what the update will write, without storing it: validation,
/// admission and quota all apply.
/// </summary>
internal static class DryRun
{
    public static async Task<CheckOutcome> EvaluateAsync(
        ClusterClient cluster, Target target, JsonObject deployment, string? image, CancellationToken ct)
    {
        // The image that is still to be built is not known: the one that runs stands in for it.
        var wanted = image ?? PodTemplate.Image(deployment.At("spec", "template"), DeploymentReader.Container(deployment, target)) ?? "";
        var plan = await UpdatePlanner.PlanAsync(cluster, target, wanted, ct); // has the server try an overlay's objects
        if (plan.Overlay is not null) return CheckOutcome.Met($"the overlay was accepted with {wanted}; nothing was written");
        var patch = DeploymentChange.Patch(plan, plan.Observed, "dry run", "dry-run");
        // The status may change meanwhile; and only a template that changes reaches admission and quota.
        ((JsonObject)patch["metadata"]!).Remove("resourceVersion");
        patch["spec"]!["template"]!["metadata"] = new JsonObject
        {
            ["annotations"] = new JsonObject { [DeploymentAnnotations.DryRun] = "true" },
        };
        await cluster.PatchAsync(
            ResourceKind.Deployments,
            target.Namespace,
            target.Deployment,
            new PatchRequest(PatchKind.StrategicMerge, patch) { DryRun = true },
            ct);
        return CheckOutcome.Met($"accepted for {string.Join(", ", plan.Containers)}: {wanted}; nothing was written");
    }
}
