using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Rollbacks;

/// <summary>Finds earlier pod templates of a Deployment in the ReplicaSets that its controller keeps.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="target">The deployment.</param>
/// <param name="deployment">The Deployment object.</param>
internal sealed class RevisionSearch(ClusterClient cluster, Target target, JsonObject deployment)
{
    private const string HashLabel = "pod-template-hash";

    /// <summary>
    /// The newest template that has this image; when its ReplicaSet no longer exists, the current template with the image.
    /// </summary>
    public async Task<(long? Revision, JsonObject Template)> FindByImageAsync(string container, string image, CancellationToken ct)
    {
        (long Revision, JsonObject Template)? newest = null;
        await foreach (var set in ListOwnedAsync(ct))
        {
            if (PodTemplate.Image(set.At("spec", "template"), container) == image
                && DeploymentReader.Revision(set.ReadAs<V1ReplicaSet>()) is { } revision
                && revision > (newest?.Revision ?? 0))
            {
                newest = (revision, Clean(set.At("spec", "template")!));
            }
        }

        if (newest is { } found) return found;
        var template = Clean(deployment.At("spec", "template")!);
        PodTemplate.Containers(template).First(one => one["name"].Text() == container)["image"] = image;
        return (null, template);
    }

    private async IAsyncEnumerable<JsonObject> ListOwnedAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var owner = deployment.ReadAs<V1Deployment>();
        await foreach (var set in cluster.ListAsync(ResourceKind.ReplicaSets, target.Namespace, DeploymentReader.Selector(owner), null, ct))
        {
            if (ObjectOwners.IsOwnedBy(set.ReadAs<V1ReplicaSet>(), owner)) yield return set;
        }
    }

    /// <summary>The template of the requested revision; without one, of the revision before the current one.</summary>
    /// <exception cref="DeployException"><c>NoPreviousRevision</c>, <c>RevisionNotFound</c>.</exception>
    public async Task<(long Revision, JsonObject Template)> FindByRevisionAsync(RollbackRequest request, CancellationToken ct)
    {
        var current = DeploymentReader.Revision(deployment);
        var known = new List<(long Revision, IReadOnlyList<long> Earlier, JsonObject Template)>();
        await foreach (var set in ListOwnedAsync(ct))
        {
            if (DeploymentReader.Revision(set.ReadAs<V1ReplicaSet>()) is { } revision)
                known.Add((revision, Earlier(set), Clean(set.At("spec", "template")!)));
        }

        var wanted = request.ToRevision ?? request.PreviousRevision
            ?? known.Select(one => one.Revision).Where(revision => revision < (current ?? long.MaxValue)).DefaultIfEmpty(0).Max();
        var found = known.FirstOrDefault(one => one.Revision == wanted);
        // A revision that was rolled out again has a new number; its earlier numbers are in an annotation.
        if (found.Template is null) found = known.FirstOrDefault(one => one.Earlier.Contains(wanted));
        if (found.Template is not null) return (wanted, found.Template);
        var available = known.Count == 0 ? "none" : string.Join(", ", known.Select(one => one.Revision).Order());
        throw wanted == 0
            ? new DeployException(
                "NoPreviousRevision",
                FaultCategory.ObjectNotFound,
                $"The Deployment {target.Namespace}/{target.Deployment} has no revision before {current}.",
                "Roll back with -FromBackup, or deploy a working image.")
            : new DeployException("RevisionNotFound", FaultCategory.ObjectNotFound,
                $"The Deployment {target.Namespace}/{target.Deployment} has no revision {wanted}. It has these revisions: {available}.",
                "Specify one of them with -ToRevision, or roll back with -FromBackup.");
    }

    private static IReadOnlyList<long> Earlier(JsonObject set) =>
        [.. (set.ReadAs<V1ReplicaSet>().GetAnnotation(DeploymentAnnotations.RevisionHistory) ?? "")
            .Split(',')
            .Select(part => long.TryParse(part, CultureInfo.InvariantCulture, out var one) ? one : -1)];

    /// <summary>A copy of a template without the fields that the controller adds for a ReplicaSet.</summary>
    public static JsonObject Clean(JsonNode template)
    {
        var clean = (JsonObject)template.DeepClone();
        (clean.At("metadata", "labels") as JsonObject)?.Remove(HashLabel);
        if (clean["metadata"] is JsonObject metadata && metadata.TryGetPropertyValue("creationTimestamp", out var stamp) && stamp is null)
            metadata.Remove("creationTimestamp");
        return clean;
    }
}
