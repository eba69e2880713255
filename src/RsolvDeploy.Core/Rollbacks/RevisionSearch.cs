using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using k8s.Models;

namespace RsolvDeploy.Rollbacks;

/// <summary>Finds pod templates that a Deployment had before, in the ReplicaSets that its controller keeps.</summary>
internal static class RevisionSearch
{
    private const string HashLabel = "pod-template-hash";

    /// <summary>The whole template as it was with this image; where that is gone, the current one with the image.</summary>
    public static async Task<(long? Revision, JsonObject Template)> ByImageAsync(
        ClusterClient cluster, Target target, JsonObject deployment, string container, string image, CancellationToken ct)
    {
        (long Revision, JsonObject Template)? newest = null;
        await foreach (var set in OwnedAsync(cluster, target, deployment, ct))
        {
            if (PodTemplate.Image(set.At("spec", "template"), container) == image && DeploymentReader.Revision(set.ReadAs<V1ReplicaSet>()) is { } revision && revision > (newest?.Revision ?? 0))
                newest = (revision, Clean(set.At("spec", "template")!));
        }

        if (newest is { } found) return found;
        var template = Clean(deployment.At("spec", "template")!);
        PodTemplate.Containers(template).First(one => one["name"].Text() == container)["image"] = image;
        return (null, template);
    }

    private static async IAsyncEnumerable<JsonObject> OwnedAsync(ClusterClient cluster, Target target, JsonObject deployment, [EnumeratorCancellation] CancellationToken ct)
    {
        var owner = deployment.ReadAs<V1Deployment>();
        await foreach (var set in cluster.ListAsync(ResourceKind.ReplicaSets, target.Namespace, DeploymentReader.Selector(owner), null, ct))
        {
            if (ObjectOwners.IsOwnedBy(set.ReadAs<V1ReplicaSet>(), owner)) yield return set;
        }
    }

    /// <summary>The template of a revision: the one that is named, or the one before.</summary>
    public static async Task<(long Revision, JsonObject Template)> ByRevisionAsync(
        ClusterClient cluster, Target target, JsonObject deployment, long? current, RollbackRequest request, CancellationToken ct)
    {
        var known = new List<(long Revision, IReadOnlyList<long> Earlier, JsonObject Template)>();
        await foreach (var set in OwnedAsync(cluster, target, deployment, ct))
        {
            if (DeploymentReader.Revision(set.ReadAs<V1ReplicaSet>()) is { } revision) known.Add((revision, Earlier(set), Clean(set.At("spec", "template")!)));
        }

        var wanted = request.ToRevision ?? request.PreviousRevision
            ?? known.Select(one => one.Revision).Where(revision => revision < (current ?? long.MaxValue)).DefaultIfEmpty(0).Max();
        var found = known.FirstOrDefault(one => one.Revision == wanted);
        // A revision that was rolled out again carries its new number; its old one is in its history.
        if (found.Template is null) found = known.FirstOrDefault(one => one.Earlier.Contains(wanted));
        if (found.Template is not null) return (wanted, found.Template);
        var there = known.Count == 0 ? "none" : string.Join(", ", known.Select(one => one.Revision).Order());
        throw wanted == 0
            ? new DeployException("NoPreviousRevision", FaultCategory.ObjectNotFound, $"The Deployment {target.Namespace}/{target.Deployment} has no revision before {current}.", "Go back with -FromBackup, or deploy a good image.")
            : new DeployException("RevisionNotFound", FaultCategory.ObjectNotFound, $"The Deployment {target.Namespace}/{target.Deployment} has no revision {wanted}; there are: {there}.",
                "Name one of these with -ToRevision, or go back with -FromBackup.");
    }

    private static IReadOnlyList<long> Earlier(JsonObject set) =>
        [.. (set.ReadAs<V1ReplicaSet>().GetAnnotation(DeploymentAnnotations.RevisionHistory) ?? "").Split(',').Select(part => long.TryParse(part, CultureInfo.InvariantCulture, out var one) ? one : -1)];

    /// <summary>A template without what the controller adds to the ReplicaSet's copy of it.</summary>
    public static JsonObject Clean(JsonNode template)
    {
        var clean = (JsonObject)template.DeepClone();
        (clean.At("metadata", "labels") as JsonObject)?.Remove(HashLabel);
        if (clean["metadata"] is JsonObject metadata && metadata.TryGetPropertyValue("creationTimestamp", out var stamp) && stamp is null) metadata.Remove("creationTimestamp");
        return clean;
    }
}
