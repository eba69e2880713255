using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Rollbacks;

/// <summary>
/// Deletes the pods that keep a StatefulSet from rolling back: with the policy OrderedReady its controller waits for a broken pod for ever,
/// even when the template is good again (Kubernetes documentation, "Forced rollback").
/// </summary>
internal static class StuckPods
{
    /// <summary>Deletes the pods of other revisions that are not ready. They serve nobody.</summary>
    /// <param name="context">The step's context.</param>
    /// <param name="plan">The rollback.</param>
    /// <param name="written">The StatefulSet as the API server stored it.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task DeleteAsync(StepContext context, RollbackPlan plan, JsonObject written, CancellationToken ct)
    {
        if (plan.ChangesNothing || written.At("spec", "podManagementPolicy").Text() == "Parallel") return;
        var set = written.ReadAs<V1StatefulSet>();
        var (ns, selector) = (plan.Target.Namespace, DeploymentReader.Selector(written));
        var partition = set.Spec?.UpdateStrategy?.RollingUpdate?.Partition ?? 0;
        await foreach (var item in context.Cluster.ListAsync(ResourceKind.Pods, ns, selector, null, ct))
        {
            var pod = item.ReadAs<V1Pod>();
            if (!ObjectOwners.IsOwnedBy(pod, set) || PodReader.IsReady(pod) || PodReader.IsTerminating(pod)) continue;
            // Pods below the partition keep their revision, and one with the restored image may still become ready.
            if (Ordinal(pod) < partition || DeploymentReader.Image(pod.Spec, plan.Container) == plan.Image) continue;
            await DeleteAsync(context, ns, pod.Name(), ct);
        }
    }

    private static async Task DeleteAsync(StepContext context, string ns, string pod, CancellationToken ct)
    {
        try
        {
            context.Reporter.Verbose($"Deleting pod {pod}: it is not ready, and its StatefulSet would wait for it.");
            await context.Cluster.DeleteAsync(ResourceKind.Pods, ns, pod, ct);
        }
        catch (DeployException e)
        {
            context.Reporter.Warning(
                $"Pod {pod} is not ready and its StatefulSet waits for it, but it cannot be deleted: {e.Message} "
                    + $"Delete it yourself: kubectl -n {ns} delete pod {pod}.");
        }
    }

    private static int Ordinal(V1Pod pod) =>
        int.TryParse((pod.Name() ?? "").Split('-')[^1], System.Globalization.CultureInfo.InvariantCulture, out var ordinal) ? ordinal : 0;
}
