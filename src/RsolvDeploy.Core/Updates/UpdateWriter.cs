using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Updates.Kustomize;

namespace RsolvDeploy.Updates;

/// <summary>Writes a planned update: an image patch, or the objects of a kustomize overlay.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="plan">The plan that was approved.</param>
/// <param name="options">What the update was asked to do.</param>
/// <param name="runId">The run.</param>
internal sealed class UpdateWriter(ClusterClient cluster, UpdatePlan plan, UpdateOptions options, string runId)
{
    private const int Attempts = 5;

    /// <summary>Whether something of it was written, so that the update has to end in a result.</summary>
    public bool HasWritten { get; private set; }

    /// <summary>Writes it.</summary>
    /// <returns>The Deployment as the API server stored it.</returns>
    /// <exception cref="DeployException"><c>Drifted</c>: the specification changed after the plan was shown.</exception>
    public async Task<JsonObject> WriteAsync(CancellationToken ct)
    {
        if (plan.ChangesNothing)
        {
            // The image is there already, by an earlier update or before this one was interrupted: its rollout is judged all the same.
            HasWritten = true;
            return plan.Observed;
        }

        foreach (var (kind, wanted) in plan.Overlay?.Others ?? [])
        {
            await OverlayApply.ApplyAsync(cluster, plan.Target, kind, wanted, plan.Target.Kustomize!.TakeOver, dryRun: false, ct);
            HasWritten = true;
        }

        var observed = plan.Observed;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var written = await WriteDeploymentAsync(observed, ct);
                HasWritten = true;
                return written;
            }
            catch (DeployException e) when (e.Id == "Conflict" && attempt < Attempts)
            {
                // A change of the status changes the version too. The plan holds only while the specification is the approved one.
                observed = await cluster.GetAsync(ResourceKind.Deployments, plan.Target.Namespace, plan.Target.Deployment, ct);
                if (!options.AcceptDrift) DeploymentChange.RefuseDrift(plan, observed);
            }
        }
    }

    private Task<JsonObject> WriteDeploymentAsync(JsonObject observed, CancellationToken ct)
    {
        var target = plan.Target;
        var patch = DeploymentChange.Patch(plan, observed, options.Reason, runId);
        return plan.Overlay is { } overlay
            ? OverlayApply.ApplyAsync(
                cluster, target, ResourceKind.Deployments, OverlayApply.Noted(overlay, observed, patch), target.Kustomize!.TakeOver, dryRun: false, ct)
            : cluster.PatchAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, new PatchRequest(PatchKind.StrategicMerge, patch), ct);
    }
}
