using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Evidence;
using RsolvDeploy.Json;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollbacks.Configuration;
using RsolvDeploy.Rollouts;
using RsolvDeploy.Triggers;

namespace RsolvDeploy.Rollbacks;

/// <summary>Takes a Deployment back to a pod template it had before, and proves that it arrived.</summary>
internal static class DeploymentRollback
{
    /// <summary>Goes back and watches it to its end.</summary>
    public static async Task<Rollback> ApplyAsync(ClusterClient cluster, RollbackPlan plan, RollbackOptions options, string runId, IReporter reporter, CancellationToken ct)
    {
        var started = DateTimeOffset.UtcNow;
        var target = plan.Target;
        var evidence = plan.ChangesNothing ? null : await EvidenceBundle.SaveAsync(cluster, target, plan.Observed, plan.Template, runId, reporter, ct);
        var written = plan.ChangesNothing ? plan.Observed : await WriteAsync(cluster, plan, options, runId, ct);
        var expected = new RolloutExpectation(target.Deployment, plan.Container, plan.Image, DeploymentReader.Generation(written)) { AdditionalImages = plan.OtherImages, Restarts = target.Rollout.Restarts };
        RolloutWatcher.Result ending;
        try
        {
            ending = await new RolloutWatcher(cluster, reporter, TimeProvider.System).RunAsync(new RolloutWatchRequest(target, expected, DeploymentReader.Selector(written), options.Timeout), ct);
        }
        catch (OperationCanceledException)
        {
            reporter.Warning($"{target.Namespace}/{target.Deployment} was set back to {plan.To} before this was stopped; the rollout goes on in the cluster.");
            throw;
        }

        return await RollbackOutcome.CreateResultAsync(cluster, plan, ending.Verdict, options, runId, started, reporter, ct) with { Evidence = evidence };
    }

    // ConfigMaps and Secrets first, so that the pods that the template makes start with them; but not before the server has said that it takes the template.
    private static async Task<JsonObject> WriteAsync(ClusterClient cluster, RollbackPlan plan, RollbackOptions options, string runId, CancellationToken ct)
    {
        if (plan.Configuration.Count > 0)
        {
            await PatchAsync(cluster, plan, options, runId, dryRun: true, ct);
            await ConfigurationRestore.ApplyAsync(cluster, plan.Target, plan.Configuration, ct);
        }

        return await PatchAsync(cluster, plan, options, runId, dryRun: false, ct);
    }

    private static async Task<JsonObject> PatchAsync(ClusterClient cluster, RollbackPlan plan, RollbackOptions options, string runId, bool dryRun, CancellationToken ct)
    {
        var target = plan.Target;
        try
        {
            return await cluster.PatchAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, PatchKind.Json, Patch(plan, options, runId), dryRun, ct);
        }
        catch (DeployException e) when (e.Id == "Invalid")
        {
            var now = await cluster.GetAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, ct);
            if (JsonNode.DeepEquals(now.At("spec", "template"), plan.Observed.At("spec", "template"))) throw;
            throw new DeployException("Conflict", FaultCategory.ResourceBusy,
                $"Somebody else changed {target.Namespace}/{target.Deployment} since the way back was planned: its image is {PodTemplate.Image(now.At("spec", "template"), plan.Container)} now. Nothing was written.",
                "Look at what changed (Get-RsolvHistory), then go back again.", e)
            { Subject = target.Deployment };
        }
    }

    private static JsonArray Patch(RollbackPlan plan, RollbackOptions options, string runId)
    {
        // Only what was shown may be left: the version would change with every status too, the template does not.
        var patch = new JsonArray(
            new JsonObject { ["op"] = "test", ["path"] = "/spec/template", ["value"] = plan.Observed.At("spec", "template")!.DeepClone() },
            new JsonObject { ["op"] = "replace", ["path"] = "/spec/template", ["value"] = plan.Template.DeepClone() });
        if (plan.Observed.At("metadata", "annotations") is null) patch.Insert(0, new JsonObject { ["op"] = "add", ["path"] = "/metadata/annotations", ["value"] = new JsonObject() });
        Annotate("kubernetes.io~1change-cause", $"RsolvDeploy run {runId}: back to {plan.To}, because {options.Reason}");
        Annotate("rsolv.dev~1run-id", runId);
        // What a person said to be broken is left behind with it.
        if (plan.Observed.At("metadata", "annotations", ManualTrigger.Annotation) is not null) patch.Add(new JsonObject { ["op"] = "remove", ["path"] = "/metadata/annotations/rsolv.dev~1broken" });
        return patch;

        void Annotate(string name, string value) => patch.Add(new JsonObject { ["op"] = "add", ["path"] = $"/metadata/annotations/{name}", ["value"] = value });
    }
}
