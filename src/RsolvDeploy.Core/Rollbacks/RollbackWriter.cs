using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Rollbacks;

/// <summary>Writes a planned rollback: the ConfigMaps and Secrets first, then the pod template.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="plan">The rollback.</param>
/// <param name="runId">The run.</param>
internal sealed class RollbackWriter(ClusterClient cluster, RollbackPlan plan, string runId)
{
    /// <summary>Whether something was written, so that the rollback ends in a result.</summary>
    public bool HasWritten { get; private set; }

    /// <summary>Whether a write was sent and not answered: the API server may have stored it.</summary>
    public bool IsUnanswered { get; private set; }

    /// <summary>Writes it.</summary>
    /// <returns>The Deployment as the API server stored it.</returns>
    public async Task<JsonObject> WriteAsync(CancellationToken ct)
    {
        if (plan.ChangesNothing)
        {
            HasWritten = true; // an earlier run wrote it; its rollout is still watched
            return plan.Observed;
        }

        // Configuration first, so that the new pods start with it, but only after the API server accepts the template.
        if (plan.Configuration.Count > 0) await PatchAsync(dryRun: true, ct);
        foreach (var change in plan.Configuration)
        {
            HasWritten |= change.IsRecreated; // the object is deleted first
            IsUnanswered = true;
            await ConfigurationRestore.ApplyAsync(cluster, plan.Target, change, ct);
            HasWritten = true;
        }

        IsUnanswered = true;
        var written = await PatchAsync(dryRun: false, ct);
        (HasWritten, IsUnanswered) = (true, false);
        return written;
    }

    private async Task<JsonObject> PatchAsync(bool dryRun, CancellationToken ct)
    {
        var target = plan.Target;
        try
        {
            return await cluster.PatchAsync(
                WorkloadKinds.ResourceOf(target),
                target.Namespace,
                target.Deployment,
                new PatchRequest(PatchKind.Json, Patch()) { DryRun = dryRun },
                ct);
        }
        catch (DeployException e) when (e.Id == "Invalid")
        {
            var now = await cluster.GetAsync(WorkloadKinds.ResourceOf(target), target.Namespace, target.Deployment, ct);
            if (JsonNode.DeepEquals(PodTemplate.Of(now), PodTemplate.Of(plan.Observed))) throw;
            throw new DeployException("Conflict", FaultCategory.ResourceBusy,
                $"The {target.Main.Kind} {target.Namespace}/{target.Deployment} was changed after the rollback was planned: "
                    + $"its image is now {PodTemplate.Image(PodTemplate.Of(now), plan.Container)}. Nothing was written.",
                "Check what changed (Get-RsolvHistory), then roll back again.", e)
            { Subject = target.Deployment };
        }
    }

    private JsonArray Patch()
    {
        // Only the template that was shown is replaced. The resource version changes with each status, the template does not.
        var path = PodTemplate.PathOf(plan.Observed);
        var patch = new JsonArray(
            new JsonObject { ["op"] = "test", ["path"] = path, ["value"] = PodTemplate.Of(plan.Observed)!.DeepClone() },
            new JsonObject { ["op"] = "replace", ["path"] = path, ["value"] = plan.Template.DeepClone() });
        if (plan.Observed.At("metadata", "annotations") is null)
            patch.Insert(0, new JsonObject { ["op"] = "add", ["path"] = "/metadata/annotations", ["value"] = new JsonObject() });
        Annotate(DeploymentAnnotations.ChangeCause, $"RsolvDeploy run {runId}: back to {plan.To}, because {plan.Reason}");
        Annotate(DeploymentAnnotations.RunId, runId);
        // The annotation that reports the release as broken is removed with the release.
        if (plan.Observed.At("metadata", "annotations", DeploymentAnnotations.Broken) is not null)
            patch.Add(new JsonObject { ["op"] = "remove", ["path"] = DeploymentAnnotations.PathOf(DeploymentAnnotations.Broken) });
        return patch;

        void Annotate(string name, string value) =>
            patch.Add(new JsonObject
            {
                ["op"] = "add",
                ["path"] = DeploymentAnnotations.PathOf(name),
                ["value"] = DeploymentAnnotations.Bound(value),
            });
    }
}
