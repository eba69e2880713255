using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Comparison;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;
using k8s.Models;

namespace RsolvDeploy.Updates.Kustomize;

/// <summary>Builds an overlay and has the server try every object of it; nothing is changed.</summary>
internal static class OverlayPlanner
{
    public static async Task<OverlayPlan> PlanAsync(ClusterClient cluster, Target target, KustomizeSettings settings, UpdatePlan update, CancellationToken ct)
    {
        var program = KustomizeProgram.Find();
        var built = await Overlay.BuildAsync(settings.Path, target.Deployment, [.. update.Containers], update.Image, program, ct);
        var (applied, leftOut) = OverlayApply.Choose(built, target);
        var scaled = await IsScaledAsync(cluster, target, ct);
        var changes = new List<string>();
        var others = new List<(ResourceKind, JsonObject)>();
        JsonObject? deployment = null;
        foreach (var (kind, wanted) in applied)
        {
            var name = wanted.At("metadata", "name").Text()!;
            var live = kind == ResourceKind.Deployments ? update.Observed : await cluster.FindAsync(kind, target.Namespace, name, ct);
            wanted["metadata"]!["namespace"] = target.Namespace;
            if (kind == ResourceKind.Deployments)
            {
                deployment = wanted;
                if (scaled) OverlayApply.LeaveReplicas(wanted, update.Observed);
            }
            else
            {
                // Nobody but operators writes these, so their version says whether they are still as compared.
                if (kind == ResourceKind.ConfigMaps || kind == ResourceKind.Secrets) wanted["metadata"]!["resourceVersion"] = live.At("metadata", "resourceVersion")?.DeepClone();
                if (live is null) wanted["metadata"]!.AsObject().Remove("resourceVersion");
                others.Add((kind, wanted));
            }

            var tried = await OverlayApply.ApplyAsync(cluster, target, kind, wanted, settings.TakeOver, dryRun: true, ct);
            var fields = TemplateDifference.Compare(Comparable(tried), live is null ? Empty(tried) : Comparable(live));
            if (fields.Count > 0) changes.Add($"{kind.Kind}/{name}{(live is null ? " (new)" : "")}:\n{string.Join('\n', fields)}");
        }

        return new OverlayPlan(deployment!, others, changes, leftOut, scaled, Path.GetFileNameWithoutExtension(program.Name));
    }

    private static async Task<bool> IsScaledAsync(ClusterClient cluster, Target target, CancellationToken ct)
    {
        await foreach (var scaler in cluster.ListAsync(ResourceKind.Autoscalers, target.Namespace, null, null, ct))
            if (AutoscalerReader.DeploymentOf(scaler.ReadAs<V2HorizontalPodAutoscaler>()) == target.Deployment) return true;
        return false;
    }

    // What this module notes on the Deployment is written anew each time, and no change that somebody asked for.
    private static JsonObject Comparable(JsonObject resource)
    {
        var copy = (JsonObject)resource.DeepClone();
        ServerManagedFields.Remove(copy);
        if (copy.At("metadata", "annotations") is JsonObject notes)
        {
            foreach (var note in notes.Select(note => note.Key).Where(OverlayApply.IsOwnNote).ToList()) notes.Remove(note);
            if (notes.Count == 0) copy["metadata"]!.AsObject().Remove("annotations");
        }

        return copy;
    }

    // An object that is not there yet is shown key by key, so that of a Secret each key shows, and no value.
    private static JsonObject Empty(JsonObject tried)
    {
        var empty = new JsonObject();
        foreach (var (name, value) in tried)
        {
            if (name is "apiVersion" or "kind" or "metadata") empty[name] = value?.DeepClone();
            else if (value is JsonObject) empty[name] = new JsonObject();
        }

        return Comparable(empty);
    }
}
