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
/// Deletes the pods that keep a StatefulSet from rolling back: its controller waits for a broken pod for ever, even when the template is
/// good again (Kubernetes documentation, "Forced rollback"); in Kubernetes 1.35.0 to 1.35.3 with the policy Parallel, too.
/// </summary>
internal static class StuckPods
{
    // A pod in a crash loop changes every few seconds.
    private const int Attempts = 5;

    /// <summary>Deletes the pods of other revisions that are not ready. They serve nobody.</summary>
    /// <param name="context">The step's context.</param>
    /// <param name="plan">The rollback.</param>
    /// <param name="written">The StatefulSet as the API server stored it.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task DeleteAsync(StepContext context, RollbackPlan plan, JsonObject written, CancellationToken ct)
    {
        if (plan.ChangesNothing) return;
        var set = written.ReadAs<V1StatefulSet>();
        var (ns, selector) = (plan.Target.Namespace, DeploymentReader.Selector(written));
        await foreach (var pod in context.Cluster.ListAsync(ResourceKind.Pods, ns, selector, null, ct))
            if (IsStuck(pod.ReadAs<V1Pod>(), set, plan)) await DeleteAsync(context, pod, now => IsStuck(now, set, plan), ct);
    }

    // Pods below the partition keep their revision, and one with the restored image may still become ready.
    private static bool IsStuck(V1Pod pod, V1StatefulSet set, RollbackPlan plan) =>
        ObjectOwners.IsOwnedBy(pod, set)
        && !PodReader.IsReady(pod)
        && !PodReader.IsTerminating(pod)
        && Ordinal(pod) - (set.Spec?.Ordinals?.Start ?? 0) >= (set.Spec?.UpdateStrategy?.RollingUpdate?.Partition ?? 0)
        && DeploymentReader.Image(pod.Spec, plan.Container) != plan.Image;

    // Only the pod that was judged is deleted, and only as it was: it may have become ready, or have been replaced, since.
    private static async Task DeleteAsync(StepContext context, JsonObject pod, Func<V1Pod, bool> isStuck, CancellationToken ct)
    {
        var (name, ns) = (pod.At("metadata", "name").Text()!, pod.At("metadata", "namespace").Text()!);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    context.Reporter.Verbose($"Deleting pod {name}: it is not ready, and its StatefulSet would wait for it.");
                    await context.Cluster.DeleteAsync(ResourceKind.Pods, ns, DeleteRequest.ForVersion(pod), ct);
                    return;
                }
                catch (DeployException e) when (e.Id == "Conflict" && attempt < Attempts)
                {
                    if (await context.Cluster.FindAsync(ResourceKind.Pods, ns, name, ct) is not { } now || !isStuck(now.ReadAs<V1Pod>()))
                        return;
                    pod = now;
                }
            }
        }
        catch (DeployException e) when (e.Id == "NotFound")
        {
            // Somebody else deleted it.
        }
        catch (DeployException e)
        {
            context.Reporter.Warning(
                $"Pod {name} is not ready and its StatefulSet waits for it, but it cannot be deleted: {e.Message} "
                    + $"Delete it yourself: kubectl -n {ns} delete pod {name}.");
        }
    }

    private static int Ordinal(V1Pod pod) =>
        int.TryParse((pod.Name() ?? "").Split('-')[^1], System.Globalization.CultureInfo.InvariantCulture, out var ordinal) ? ordinal : 0;
}
