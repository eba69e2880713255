using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Updates.Kustomize;

namespace RsolvDeploy.Updates;

/// <summary>Writes a planned update: an image patch, or the objects of a kustomize overlay.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="plan">The plan that was approved.</param>
/// <param name="options">The options of the update.</param>
/// <param name="runId">The run.</param>
internal sealed class UpdateWriter(ClusterClient cluster, UpdatePlan plan, UpdateOptions options, string runId)
{
    private const int Attempts = 5;

    private readonly ResourceKind _kind = WorkloadKinds.ResourceOf(plan.Target);
    private readonly OverlayApplier _applier = new(cluster, plan.Target, plan.Target.Kustomize?.TakeOver ?? []);

    /// <summary>Whether something was written, so that the update ends in a result.</summary>
    public bool HasWritten { get; private set; }

    /// <summary>Whether a write was sent and not answered: the API server may have stored it.</summary>
    public bool IsUnanswered { get; private set; }

    /// <summary>Writes it.</summary>
    /// <returns>The Deployment as the API server stored it.</returns>
    /// <exception cref="DeployException"><c>Drifted</c>: the specification changed after the plan was shown.</exception>
    public async Task<JsonObject> WriteAsync(CancellationToken ct)
    {
        if (plan.ChangesNothing)
        {
            // An earlier update, or this one before it was interrupted, set the image. Its rollout is still watched.
            HasWritten = true;
            return plan.Observed;
        }

        foreach (var (kind, wanted) in plan.Overlay?.Others ?? [])
        {
            IsUnanswered = true;
            await _applier.ApplyAsync(kind, wanted, ct);
            HasWritten = true;
        }

        var observed = plan.Observed;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                IsUnanswered = true;
                var written = await WriteDeploymentAsync(observed, ct);
                (HasWritten, IsUnanswered) = (true, false);
                return written;
            }
            catch (DeployException e) when (e.Id == "Conflict" && attempt < Attempts)
            {
                IsUnanswered = false;
                // A change of the status changes the version too. The plan is valid as long as the specification is the approved one.
                observed = await cluster.GetAsync(_kind, plan.Target.Namespace, plan.Target.Deployment, ct);
                if (!options.AcceptDrift) DeploymentChange.RefuseDrift(plan, observed);
            }
        }
    }

    private Task<JsonObject> WriteDeploymentAsync(JsonObject observed, CancellationToken ct)
    {
        var target = plan.Target;
        var patch = DeploymentChange.Patch(plan, observed, options.Reason, runId);
        return plan.Overlay is { } overlay
            ? _applier.ApplyAsync(ResourceKind.Deployments, OverlayApplier.Annotate(overlay, observed, patch), ct)
            : cluster.PatchAsync(
                _kind, target.Namespace, target.Deployment, new PatchRequest(PatchKind.StrategicMerge, patch), ct);
    }
}
