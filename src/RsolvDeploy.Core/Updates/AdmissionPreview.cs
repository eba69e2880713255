using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Comparison;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Updates;

/// <summary>What the API server would store in response to an image patch: admission may rewrite images, inject and add defaults.</summary>
internal sealed record AdmissionPreview
{
    /// <summary>Whether the API server would store the template that it has; null when the dry run did not show it.</summary>
    public bool? ChangesNothing { get; private init; }

    /// <summary>Lines for the plan: what admission changes beside the update, or why that is not known.</summary>
    public IReadOnlyList<string> Lines { get; private init; } = [];

    /// <summary>Reads it by a dry run; nothing is stored.</summary>
    /// <remarks>A dry run that the API server refuses is shown, and refuses nothing here: the write itself has the last word.</remarks>
    public static async Task<AdmissionPreview> ReadAsync(ClusterClient cluster, UpdatePlan plan, CancellationToken ct)
    {
        var patch = DeploymentChange.Patch(plan, plan.Observed, "dry run", "dry-run");
        // The status may change meanwhile, and with it the version.
        ((JsonObject)patch["metadata"]!).Remove("resourceVersion");
        try
        {
            var stored = await cluster.PatchAsync(
                ResourceKind.Deployments,
                plan.Target.Namespace,
                plan.Target.Deployment,
                new PatchRequest(PatchKind.StrategicMerge, patch) { DryRun = true },
                ct);
            return Compare(plan, stored);
        }
        catch (DeployException e)
        {
            return new AdmissionPreview { Lines = [$"# The dry run failed, so what admission changes is not known: {e.Message}"] };
        }
    }

    private static AdmissionPreview Compare(UpdatePlan plan, JsonObject stored)
    {
        var fields = TemplateDifference.Compare(Template(stored), Template(DeploymentChange.Wanted(plan)));
        return new AdmissionPreview
        {
            ChangesNothing = JsonNode.DeepEquals(stored.At("spec", "template"), plan.Observed.At("spec", "template")),
            Lines = fields.Count == 0 ? [] : ["# The API server changes this on admission:", .. fields.Select(change => $"{change}")],
        };
    }

    private static JsonObject Template(JsonObject deployment) =>
        new() { ["spec"] = new JsonObject { ["template"] = deployment.At("spec", "template")?.DeepClone() } };
}
