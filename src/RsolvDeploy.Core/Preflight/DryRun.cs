using System.Text.Json.Nodes;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Preflight;

/// <summary>
/// <c>environment.dry-run</c>: the server accepts what the update will write, without storing it: validation,
/// admission and quota all apply.
/// </summary>
internal static class DryRun
{
    /// <summary>Tries the change of every workload.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="target">The environment.</param>
    /// <param name="image">The image; null while it is still to be built.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<CheckOutcome> EvaluateAsync(ClusterClient cluster, Target target, string? image, CancellationToken ct)
    {
        if (target.Workloads is [var only]) return await EvaluateOneAsync(cluster, target.For(only), image, ct);
        var outcomes = new List<string>();
        foreach (var workload in target.Workloads)
            outcomes.Add($"{workload}: {(await EvaluateOneAsync(cluster, target.For(workload), image, ct)).Evidence}");
        return CheckOutcome.Met(string.Join("; ", outcomes));
    }

    private static async Task<CheckOutcome> EvaluateOneAsync(ClusterClient cluster, Target target, string? image, CancellationToken ct)
    {
        var kind = WorkloadKinds.ResourceOf(target);
        var deployment = await cluster.GetAsync(kind, target.Namespace, target.Deployment, ct);
        // The image that is still to be built is not known: the one that runs stands in for it.
        var wanted = image ?? PodTemplate.Image(PodTemplate.Of(deployment), DeploymentReader.Container(deployment, target)) ?? "";
        var plan = await UpdatePlanner.PlanAsync(cluster, target, wanted, ct); // has the server try an overlay's objects
        if (plan.Overlay is not null) return CheckOutcome.Met($"the overlay was accepted with {wanted}; nothing was written");
        var patch = DeploymentChange.Patch(plan, plan.Observed, "dry run", "dry-run");
        // The status may change meanwhile; and only a template that changes reaches admission and quota.
        ((JsonObject)patch["metadata"]!).Remove("resourceVersion");
        var written = new JsonObject { ["kind"] = kind.Kind, ["spec"] = patch["spec"]!.DeepClone() };
        var template = (JsonObject)PodTemplate.Of(written)!.DeepClone();
        template["metadata"] = new JsonObject
        {
            ["annotations"] = new JsonObject { [DeploymentAnnotations.DryRun] = "true" },
        };
        patch["spec"] = PodTemplate.SpecWith(deployment, template);
        await cluster.PatchAsync(
            kind,
            target.Namespace,
            target.Deployment,
            new PatchRequest(PatchKind.StrategicMerge, patch) { DryRun = true },
            ct);
        return CheckOutcome.Met($"accepted for {string.Join(", ", plan.Containers)}: {wanted}; nothing was written");
    }
}
