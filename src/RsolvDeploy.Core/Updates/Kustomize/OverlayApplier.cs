using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Updates.Kustomize;

/// <summary>
/// Applies objects of an overlay by server-side apply. A field that another manager owns is a conflict that names the manager, unless the
/// configuration lists it in <c>kustomize.takeOver</c>.
/// </summary>
/// <param name="cluster">The cluster.</param>
/// <param name="target">The deployment.</param>
/// <param name="takeOver">The field managers whose fields are taken over.</param>
internal sealed class OverlayApplier(ClusterClient cluster, Target target, IReadOnlyList<string> takeOver)
{
    private const string Manager = "rsolvdeploy";

    /// <summary>Keeps the number of replicas that an autoscaler has set.</summary>
    /// <remarks>
    /// The API server removes a field that this manager applied before and now omits. When no other manager owns the number of replicas,
    /// the live number is applied; otherwise the field is omitted.
    /// </remarks>
    public static void KeepReplicas(JsonObject wanted, JsonObject live)
    {
        if (wanted["spec"] is not JsonObject spec) return;
        spec.Remove("replicas");
        var owners = (live.At("metadata", "managedFields") as JsonArray ?? []).Where(entry =>
            entry.At("fieldsV1", "f:spec", "f:replicas") is not null)
            .Select(entry => (Name: entry.At("manager").Text(), Operation: entry.At("operation").Text())).ToList();
        if (owners.Count > 0 && owners.TrueForAll(owner => owner == (Manager, "Apply")))
            spec["replicas"] = live.At("spec", "replicas")?.DeepClone();
    }

    /// <summary>The Deployment to apply: the one of the overlay with the annotations of the run, at the observed version.</summary>
    public static JsonObject Annotate(OverlayPlan overlay, JsonObject observed, JsonObject patch)
    {
        var wanted = (JsonObject)overlay.Deployment.DeepClone();
        var metadata = (JsonObject)wanted["metadata"]!;
        metadata["resourceVersion"] = observed.At("metadata", "resourceVersion")?.DeepClone();
        var annotations = metadata["annotations"] as JsonObject ?? [];
        foreach (var (name, value) in (JsonObject)patch.At("metadata", "annotations")!)
            if (value is not null) annotations[name] = value.DeepClone();
        metadata["annotations"] = annotations;
        if (overlay.Scaled) KeepReplicas(wanted, observed);
        return wanted;
    }

    /// <summary>Applies one object.</summary>
    /// <returns>The object as the API server stored it, or would store it.</returns>
    /// <exception cref="DeployException"><c>ApplyConflict</c>: another manager owns fields of the object. <c>Conflict</c>: the object has
    /// changed since it was read.</exception>
    public async Task<JsonObject> ApplyAsync(ResourceKind kind, JsonObject wanted, bool dryRun, CancellationToken ct)
    {
        var name = wanted.At("metadata", "name").Text()!;
        try
        {
            return await cluster.PatchAsync(
                kind, target.Namespace, name, new PatchRequest(PatchKind.Apply, wanted) { DryRun = dryRun }, ct);
        }
        catch (ApiException e) when (e.Id == "Conflict" && Owners(e) is { Count: > 0 } owners)
        {
            var others = owners
                .Where(owner => owner.Manager != Manager && !takeOver.Contains(owner.Manager) && !IsOwnAnnotation(owner.Field))
                .ToList();
            if (others.Count == 0)
            {
                return await cluster.PatchAsync(
                    kind, target.Namespace, name, new PatchRequest(PatchKind.Apply, wanted) { DryRun = dryRun, Force = true }, ct);
            }

            var owned = others.GroupBy(owner => owner.Manager)
                .Select(group => $"{group.Key} owns {string.Join(", ", group.Select(owner => owner.Field))}");
            throw new DeployException("ApplyConflict", FaultCategory.ResourceBusy,
                $"{kind.Kind}/{name} has fields that other managers own: {string.Join("; ", owned)}.",
                "Remove these fields from the overlay, or list the managers in 'kustomize.takeOver'.", e)
            { Subject = name };
        }
    }

    /// <summary>Whether a field or annotation belongs to this module, whichever manager wrote it before.</summary>
    public static bool IsOwnAnnotation(string field) => field.Contains(DeploymentAnnotations.ChangeCause, StringComparison.Ordinal)
        || field.Contains(DeploymentAnnotations.Prefix, StringComparison.Ordinal);

    private static IReadOnlyList<(string Manager, string Field)> Owners(ApiException conflict) =>
        [.. (conflict.Status.At("details", "causes") as JsonArray ?? []).Where(cause => cause.At("reason").Text() == "FieldManagerConflict")
            .Select(cause => (
                cause.At("message").Text()?.Split('"') is [_, var manager, ..] ? manager : "another manager",
                cause.At("field").Text() ?? ""))];
}
