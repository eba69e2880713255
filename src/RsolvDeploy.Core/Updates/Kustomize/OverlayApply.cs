using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Updates.Kustomize;

/// <summary>
/// Applies an overlay's objects of one namespace by server-side apply: first what pods refer to, the Deployment last. Fields that somebody else
/// owns are a conflict that names him, unless the configuration says that they are taken over.
/// </summary>
internal static class OverlayApply
{
    private const string Manager = "rsolvdeploy";

    // In this order; what an overlay has beside them is left alone, and named.
    private static readonly ResourceKind[] Kinds =
    [
        ResourceKind.ServiceAccounts, ResourceKind.ConfigMaps, ResourceKind.Secrets, ResourceKind.Services, ResourceKind.Ingresses, ResourceKind.DisruptionBudgets, ResourceKind.Autoscalers,
        ResourceKind.Deployments,
    ];

    /// <summary>The objects that are applied, in their order, and the names of those that are not.</summary>
    public static (IReadOnlyList<(ResourceKind Kind, JsonObject Object)> Applied, IReadOnlyList<string> LeftOut) Choose(IReadOnlyList<JsonObject> built, Target target)
    {
        var applied = new List<(ResourceKind Kind, JsonObject Object)>();
        var leftOut = new List<string>();
        foreach (var one in built)
        {
            var kind = Kinds.FirstOrDefault(kind => kind.Kind == one["kind"].Text() && kind.ApiVersion == one["apiVersion"].Text());
            var name = one.At("metadata", "name").Text() ?? "";
            var elsewhere = one.At("metadata", "namespace").Text() is { } ns && ns != target.Namespace;
            if (kind is null || elsewhere || (kind == ResourceKind.Deployments && name != target.Deployment)) leftOut.Add($"{one["kind"].Text()}/{name}");
            else applied.Add((kind, one));
        }

        return ([.. applied.OrderBy(one => Array.IndexOf(Kinds, one.Kind))], leftOut);
    }

    /// <summary>Leaves the number of pods to the autoscaler that decides about it.</summary>
    /// <remarks>
    /// The server takes a field away that this manager applied before and now leaves out. When nobody else owns the number, the live one is applied, so that it
    /// stays; else it is left out.
    /// </remarks>
    public static void LeaveReplicas(JsonObject wanted, JsonObject live)
    {
        if (wanted["spec"] is not JsonObject spec) return;
        spec.Remove("replicas");
        var owners = (live.At("metadata", "managedFields") as JsonArray ?? []).Where(entry => entry.At("fieldsV1", "f:spec", "f:replicas") is not null)
            .Select(entry => (Name: entry.At("manager").Text(), Operation: entry.At("operation").Text())).ToList();
        if (owners.Count > 0 && owners.TrueForAll(owner => owner == (Manager, "Apply"))) spec["replicas"] = live.At("spec", "replicas")?.DeepClone();
    }

    /// <summary>The Deployment to apply: as the overlay has it, with who, what and why, at the version that was seen.</summary>
    public static JsonObject Noted(OverlayPlan overlay, JsonObject seen, JsonObject patch)
    {
        var wanted = (JsonObject)overlay.Deployment.DeepClone();
        var metadata = (JsonObject)wanted["metadata"]!;
        metadata["resourceVersion"] = seen.At("metadata", "resourceVersion")?.DeepClone();
        var notes = metadata["annotations"] as JsonObject ?? [];
        foreach (var (name, value) in (JsonObject)patch.At("metadata", "annotations")!)
            if (value is not null) notes[name] = value.DeepClone();
        metadata["annotations"] = notes;
        if (overlay.Scaled) LeaveReplicas(wanted, seen);
        return wanted;
    }

    /// <summary>Applies one object; the object as the server stored it, or would.</summary>
    /// <exception cref="DeployException"><c>ApplyConflict</c>: fields are owned by somebody whose fields are not taken over; <c>Conflict</c>: the object has moved since it was seen.</exception>
    public static async Task<JsonObject> ApplyAsync(ClusterClient cluster, Target target, ResourceKind kind, JsonObject wanted, IReadOnlyList<string> takeOver, bool dryRun, CancellationToken ct)
    {
        var name = wanted.At("metadata", "name").Text()!;
        try
        {
            return await cluster.PatchAsync(kind, target.Namespace, name, new PatchRequest(PatchKind.Apply, wanted) { DryRun = dryRun }, ct);
        }
        catch (ApiException e) when (e.Id == "Conflict" && Owners(e) is { Count: > 0 } owners)
        {
            var others = owners.Where(owner => owner.Manager != Manager && !takeOver.Contains(owner.Manager) && !IsOwnNote(owner.Field)).ToList();
            if (others.Count == 0) return await cluster.PatchAsync(kind, target.Namespace, name, new PatchRequest(PatchKind.Apply, wanted) { DryRun = dryRun, Force = true }, ct);
            throw new DeployException("ApplyConflict", FaultCategory.ResourceBusy,
                $"{kind.Kind}/{name} has fields that others own: {string.Join("; ", others.GroupBy(owner => owner.Manager).Select(group => $"{group.Key} owns {string.Join(", ", group.Select(owner => owner.Field))}"))}.",
                "Take these fields out of the overlay, or name the owners in 'kustomize.takeOver'.", e)
            { Subject = name };
        }
    }

    /// <summary>Whether a field or annotation is what this module notes on the object: that is its own, whoever wrote it before.</summary>
    public static bool IsOwnNote(string field) => field.Contains(DeploymentAnnotations.ChangeCause, StringComparison.Ordinal) || field.Contains(DeploymentAnnotations.Prefix, StringComparison.Ordinal);

    private static IReadOnlyList<(string Manager, string Field)> Owners(ApiException conflict) =>
        [.. (conflict.Status.At("details", "causes") as JsonArray ?? []).Where(cause => cause.At("reason").Text() == "FieldManagerConflict")
            .Select(cause => (cause.At("message").Text()?.Split('"') is [_, var manager, ..] ? manager : "somebody", cause.At("field").Text() ?? ""))];
}
