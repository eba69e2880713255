using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Comparing;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Backups.Restoring;

/// <summary>Restores one object, with the request that its difference needs. Thread safe.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="plan">The plan.</param>
/// <param name="scaled">The Deployments whose replicas an autoscaler sets.</param>
internal sealed class ObjectRestorer(ClusterClient cluster, RestorePlan plan, IReadOnlySet<string> scaled)
{
    private readonly Dictionary<(string Kind, string Name), ManifestItem> _items = plan.Backup.Manifest.Items.ToDictionary(item =>
        (item.Kind, item.Name));

    /// <summary>Makes one change of the plan.</summary>
    /// <exception cref="DeployException">The object is not restored.</exception>
    public async Task<RestoredObject> RestoreAsync(StateDifference change, CancellationToken ct)
    {
        var kind = plan.Backup.Manifest.FindKind(change.Kind);
        if (change.Change == ObjectChange.Added)
        {
            await cluster.DeleteAsync(kind, plan.Target.Namespace, Deletion(change, kind), ct);
            return new RestoredObject(change.Kind, change.Name, RestoreAction.Pruned, "it is not in the backup");
        }

        var wanted = Wanted(await plan.Backup.ReadObjectAsync(_items[(change.Kind, change.Name)], ct));
        try
        {
            return await WriteAsync(change, kind, wanted, ct);
        }
        catch (ApiException e) when (IsOfTakenPort(e))
        {
            ClusterAssignedFields.Remove(wanted);
            var restored = await WriteAsync(change, kind, wanted, ct);
            return restored with { Detail = $"{restored.Detail}; another Service has its node port, so the cluster assigns a new one" };
        }
    }

    private async Task<RestoredObject> WriteAsync(StateDifference change, ResourceKind kind, JsonObject wanted, CancellationToken ct)
    {
        var ns = plan.Target.Namespace;
        if (change.Change == ObjectChange.Deleted)
        {
            await cluster.PatchAsync(kind, ns, change.Name, new PatchRequest(PatchKind.Apply, wanted) { Force = true }, ct);
            return new RestoredObject(change.Kind, change.Name, RestoreAction.Created, "it was deleted since the backup");
        }

        var live = plan.Live.Find(change.Kind, change.Name)!;
        if (live["immutable"]?.GetValue<bool>() == true
            && change.Fields.Any(field => field.Path.StartsWith("data", StringComparison.Ordinal)
                || field.Path.StartsWith("binaryData", StringComparison.Ordinal)
                || field.Path == "immutable"))
        {
            return await RecreateAsync(change, kind, wanted, "it is immutable", ct);
        }

        try
        {
            // An apply removes only fields that this module applied before. A replace removes the fields that others added; the version
            // that was compared guards it.
            if (change.Fields.All(field => field.Backup is not null))
            {
                var patch = new PatchRequest(PatchKind.Apply, AtVersion(change, kind, wanted)) { Force = true };
                await cluster.PatchAsync(kind, ns, change.Name, patch, ct);
            }
            else
            {
                await ReplaceAsync(change, kind, wanted, ct);
            }

            return new RestoredObject(
                change.Kind, change.Name, RestoreAction.Applied, string.Join(", ", change.Fields.Select(field => field.Path)));
        }
        catch (ApiException e) when (IsOfImmutableField(e))
        {
            return await RecreateAsync(change, kind, wanted, "a changed field is immutable", ct);
        }
    }

    // Nothing is deleted but what was compared.
    private DeleteRequest Deletion(StateDifference change, ResourceKind kind) =>
        new(change.Name, plan.Live.FindUid(change.Kind, change.Name) ?? "")
        {
            Version = IsVersioned(kind) ? plan.Live.FindVersion(change.Kind, change.Name) : null,
        };

    // The version of an object with a status changes without anybody's edit.
    private static bool IsVersioned(ResourceKind kind) => kind == ResourceKind.ConfigMaps || kind == ResourceKind.Secrets;

    // A forced apply takes fields from their owners: it must not overwrite what nobody has compared.
    private JsonObject AtVersion(StateDifference change, ResourceKind kind, JsonObject wanted)
    {
        if (!IsVersioned(kind)) return wanted;
        var versioned = (JsonObject)wanted.DeepClone();
        versioned["metadata"]!["resourceVersion"] = plan.Live.FindVersion(change.Kind, change.Name);
        return versioned;
    }

    private async Task ReplaceAsync(StateDifference change, ResourceKind kind, JsonObject wanted, CancellationToken ct)
    {
        var now = await cluster.GetAsync(kind, plan.Target.Namespace, change.Name, ct);
        var version = plan.Live.FindVersion(change.Kind, change.Name);
        if (kind != ResourceKind.Deployments && now.At("metadata", "resourceVersion").Text() != version)
        {
            throw new DeployException(
                "Conflict",
                FaultCategory.ResourceBusy,
                $"{change.Kind}/{change.Name} changed since it was compared.",
                "Compare again, then restore again.")
            {
                Subject = change.Name,
            };
        }

        var replaced = (JsonObject)wanted.DeepClone();
        var metadata = (JsonObject)replaced["metadata"]!;
        foreach (var field in new[] { "resourceVersion", "ownerReferences", "finalizers" })
            if (now.At("metadata", field) is { } value) metadata[field] = value.DeepClone();
        ServerManagedFields.CopyAssigned(now, replaced);
        // A kind without a status subresource would lose a status that the backup does not hold.
        if (!kind.KeepsStatus && now["status"] is { } status) replaced["status"] = status.DeepClone();
        await cluster.ReplaceAsync(kind, plan.Target.Namespace, change.Name, replaced, ct);
    }

    private async Task<RestoredObject> RecreateAsync(
        StateDifference change, ResourceKind kind, JsonObject wanted, string why, CancellationToken ct)
    {
        if (!plan.Recreate)
        {
            return new RestoredObject(
                change.Kind,
                change.Name,
                RestoreAction.Failed,
                $"{why} and cannot be restored. -Recreate deletes it and creates it again.");
        }

        await cluster.DeleteAsync(kind, plan.Target.Namespace, Deletion(change, kind), ct);
        await cluster.CreateAsync(kind, plan.Target.Namespace, wanted, dryRun: false, ct);
        return new RestoredObject(change.Kind, change.Name, RestoreAction.Recreated, why);
    }

    // Read from the causes, because the message that is shown is redacted for Secrets.
    private static bool IsOfImmutableField(ApiException e) =>
        e.StatusCode == 422
            && e.Status.At("details", "causes") is JsonArray causes
            && causes.Any(cause => cause.At("message").Text()?.Contains("immutable", StringComparison.OrdinalIgnoreCase) == true);

    private static bool IsOfTakenPort(ApiException e) =>
        e.StatusCode == 422
            && e.Status.At("details", "causes") is JsonArray causes
            && causes.Any(cause => cause.At("field").Text()?.EndsWith("odePort", StringComparison.Ordinal) == true
                && cause.At("message").Text()?.Contains("already allocated", StringComparison.Ordinal) == true);

    private JsonObject Wanted(JsonObject wanted)
    {
        var metadata = (JsonObject)wanted["metadata"]!;
        metadata["namespace"] = plan.Target.Namespace;
        (metadata["annotations"] as JsonObject)?.Remove(DeploymentAnnotations.Revision);
        if (plan.Live.IsOtherNamespace) ClusterAssignedFields.Remove(wanted);
        // The autoscaler sets the replicas, not a backup.
        if (wanted["kind"].Text() == "Deployment" && scaled.Contains(metadata["name"].Text() ?? ""))
            (wanted["spec"] as JsonObject)?.Remove("replicas");
        return wanted;
    }
}
