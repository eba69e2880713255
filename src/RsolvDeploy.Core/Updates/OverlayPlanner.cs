using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Comparison;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;
using RsolvDeploy.Updates.Kustomize;

namespace RsolvDeploy.Updates;

/// <summary>Plans the update by an overlay.</summary>
internal static class OverlayPlanner
{
    /// <summary>Builds the overlay and applies every object of it in a dry run; changes nothing.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="target">The deployment.</param>
    /// <param name="settings">The overlay.</param>
    /// <param name="update">The update that it belongs to.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="Errors.DeployException">The overlay cannot be built, or the API server rejects an object of it.</exception>
    public static async Task<OverlayPlan> PlanAsync(
        ClusterClient cluster, Target target, KustomizeSettings settings, UpdatePlan update, CancellationToken ct)
    {
        var program = KustomizeProgram.Find();
        var built = await new OverlayBuilder(settings.Path, program).BuildAsync(target, [.. update.Containers], update.Image, ct);
        var (applied, leftOut) = OverlaySelection.From(built.Objects, target);
        var notes = new List<string>(built.Notes);
        if (leftOut.Count > 0) notes.Add($"not applied: {string.Join(", ", leftOut)}");
        var scaled = await IsScaledAsync(cluster, target, ct);
        var applier = new OverlayApplier(cluster, target, settings.TakeOver);
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
                if (scaled && KeepReplicas(wanted, update.Observed) is { } note) notes.Add(note);
            }
            else
            {
                // Only operators write these: their version shows whether they still are what was compared.
                if (kind == ResourceKind.ConfigMaps || kind == ResourceKind.Secrets)
                    wanted["metadata"]!["resourceVersion"] = live.At("metadata", "resourceVersion")?.DeepClone();
                if (live is null) wanted["metadata"]!.AsObject().Remove("resourceVersion");
                others.Add((kind, wanted));
            }

            var tried = await applier.PreviewAsync(kind, wanted, live, ct);
            var fields = TemplateDifference.Compare(Comparable(tried), live is null ? Empty(tried) : Comparable(live));
            if (fields.Count > 0) changes.Add($"{kind.Kind}/{name}{(live is null ? " (new)" : "")}:\n{string.Join('\n', fields)}");
        }

        return new OverlayPlan(deployment!, others, changes, leftOut, scaled, Path.GetFileNameWithoutExtension(program.Name))
        {
            Notes = notes,
        };
    }

    private static string? KeepReplicas(JsonObject wanted, JsonObject live)
    {
        var built = wanted.At("spec", "replicas")?.ToJsonString();
        OverlayApplier.KeepReplicas(wanted, live);
        return built is null ? null : $"spec.replicas {built} of the overlay is not applied: an autoscaler sets the number";
    }

    private static async Task<bool> IsScaledAsync(ClusterClient cluster, Target target, CancellationToken ct)
    {
        await foreach (var scaler in cluster.ListAsync(ResourceKind.Autoscalers, target.Namespace, null, null, ct))
            if (AutoscalerReader.DeploymentOf(scaler.ReadAs<V2HorizontalPodAutoscaler>()) == target.Deployment) return true;
        return false;
    }

    // The annotations of this module and of the controller change with each run and are no change of the release.
    private static JsonObject Comparable(JsonObject resource)
    {
        var copy = (JsonObject)resource.DeepClone();
        ServerManagedFields.Remove(copy);
        if (copy.At("metadata", "annotations") is JsonObject annotations)
        {
            var names = annotations.Select(entry => entry.Key).ToList();
            foreach (var name in names.Where(name => OverlayApplier.IsOwnAnnotation(name) || name == DeploymentAnnotations.Revision))
                annotations.Remove(name);
            if (annotations.Count == 0) copy["metadata"]!.AsObject().Remove("annotations");
        }

        return copy;
    }

    // A new object is shown key by key, so that each key of a Secret is shown and no value.
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
