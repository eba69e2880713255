using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Ownership;
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
    private const int Attempts = 5;

    // Owns nothing yet, so that an apply in a dry run shows what it adds and removes nothing.
    private const string Preview = "rsolvdeploy-preview";

    /// <summary>Keeps the number of replicas that an autoscaler has set.</summary>
    /// <remarks>
    /// The API server removes a field that this manager applied before and now omits. When no other manager owns the number of replicas,
    /// the live number is applied; otherwise the field is omitted.
    /// </remarks>
    public static void KeepReplicas(JsonObject wanted, JsonObject live)
    {
        if (wanted["spec"] is not JsonObject spec) return;
        spec.Remove("replicas");
        // What client-side apply owns moves to this manager.
        var owners = FieldOwner.From(live).Where(owner => owner.Owns("f:spec", "f:replicas")).ToList();
        if (owners.Count > 0 && owners.TrueForAll(owner => owner is { IsSelf: true, Applies: true } || owner.IsClientSideApply))
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

    /// <summary>What the API server would store; nothing is written.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="wanted">The object of the overlay.</param>
    /// <param name="live">The object in the cluster; null when there is none.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="DeployException"><c>ApplyConflict</c>: another manager owns fields of the object.</exception>
    public async Task<JsonObject> PreviewAsync(ResourceKind kind, JsonObject wanted, JsonObject? live, CancellationToken ct)
    {
        if (ApplyMigration.For(live) is not { } migration)
            return await ApplyAsync(kind, wanted, [], new PatchRequest(PatchKind.Apply, wanted) { DryRun = true }, ct);
        var merged = await ApplyAsync(
            kind, wanted, [.. migration.Managers], new PatchRequest(PatchKind.Apply, wanted) { DryRun = true, Manager = Preview }, ct);
        // The API server adds its defaults to what remains.
        var pruned = migration.Prune(merged, Preview);
        return await cluster.PatchAsync(
            kind,
            target.Namespace,
            wanted.At("metadata", "name").Text()!,
            new PatchRequest(PatchKind.Json, ReplacingPatch.Create(live!, pruned)) { DryRun = true },
            ct);
    }

    /// <summary>Applies one object. What kubectl's client-side apply wrote moves to this module first.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="wanted">The object of the overlay; with a <c>resourceVersion</c> only if nobody else changed it.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The object as the API server stored it.</returns>
    /// <exception cref="DeployException"><c>ApplyConflict</c>: another manager owns fields of the object. <c>Conflict</c>: the object has
    /// changed since it was read.</exception>
    public async Task<JsonObject> ApplyAsync(ResourceKind kind, JsonObject wanted, CancellationToken ct)
    {
        var migrated = await MigrateAsync(kind, wanted, ct);
        return await ApplyAsync(kind, migrated, [], new PatchRequest(PatchKind.Apply, migrated), ct);
    }

    private async Task<JsonObject> MigrateAsync(ResourceKind kind, JsonObject wanted, CancellationToken ct)
    {
        var (name, version) = (wanted.At("metadata", "name").Text()!, wanted.At("metadata", "resourceVersion").Text());
        for (var attempt = 1; ; attempt++)
        {
            var live = await cluster.FindAsync(kind, target.Namespace, name, ct);
            if (ApplyMigration.For(live) is not { } migration) return wanted;
            if (version is not null && live.At("metadata", "resourceVersion").Text() != version)
            {
                throw new DeployException("Conflict", FaultCategory.ResourceBusy,
                    $"{kind.Kind}/{name} was changed after the plan was shown; it was not written.",
                    "Check what changed, then update again.")
                { Subject = name };
            }

            try
            {
                var moved = await cluster.PatchAsync(
                    kind, target.Namespace, name, new PatchRequest(PatchKind.Json, migration.Patch()), ct);
                if (version is null) return wanted;
                var next = (JsonObject)wanted.DeepClone();
                next["metadata"]!["resourceVersion"] = moved.At("metadata", "resourceVersion")?.DeepClone();
                return next;
            }
            catch (DeployException e) when (e.Id == "Conflict" && version is null && attempt < Attempts)
            {
                // Its status has changed.
            }
        }
    }

    private async Task<JsonObject> ApplyAsync(
        ResourceKind kind, JsonObject wanted, IReadOnlyList<string> moved, PatchRequest patch, CancellationToken ct)
    {
        var name = wanted.At("metadata", "name").Text()!;
        try
        {
            return await cluster.PatchAsync(kind, target.Namespace, name, patch, ct);
        }
        catch (ApiException e) when (e.Id == "Conflict" && Owners(e) is { Count: > 0 } owners)
        {
            var others = owners
                .Where(owner => owner.Manager != FieldOwner.Self && !takeOver.Contains(owner.Manager) && !moved.Contains(owner.Manager)
                    && !IsOwnAnnotation(owner.Field))
                .ToList();
            if (others.Count == 0) return await cluster.PatchAsync(kind, target.Namespace, name, patch with { Force = true }, ct);

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
