using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Rollbacks.Configuration;

namespace RsolvDeploy.Rollbacks;

/// <summary>The earlier pod templates of a workload, in the ReplicaSets or ControllerRevisions that it owns.</summary>
/// <param name="target">The deployment.</param>
/// <param name="current">Its pod template.</param>
/// <param name="known">The revisions, newest first.</param>
internal sealed class RevisionSearch(Target target, JsonNode current, IReadOnlyList<KnownRevision> known)
{
    /// <summary>The revisions, newest first.</summary>
    public IReadOnlyList<KnownRevision> Known => known;

    /// <summary>The revisions that are another release than the current one, newest first.</summary>
    public IEnumerable<KnownRevision> Others => known.Where(one => !ReleaseTemplate.IsSame(one.Template, current));

    /// <summary>Lists the revisions.</summary>
    public static async Task<RevisionSearch> ReadAsync(ClusterClient cluster, Target target, JsonObject deployment, CancellationToken ct)
    {
        var known = new List<KnownRevision>();
        await foreach (var (number, template) in WorkloadRevisions.ListAsync(cluster, target, deployment, ct))
            known.Add(new KnownRevision(number, [], PodTemplate.Clean(template)));
        if (target.Main.Kind == WorkloadKind.Deployment) known.AddRange(await ReadSetsAsync(cluster, target, deployment, ct));
        return new RevisionSearch(target, PodTemplate.Of(deployment)!, [.. known.OrderByDescending(one => one.Revision)]);
    }

    private static async Task<IReadOnlyList<KnownRevision>> ReadSetsAsync(
        ClusterClient cluster, Target target, JsonObject deployment, CancellationToken ct)
    {
        var owner = deployment.ReadAs<V1Deployment>();
        var known = new List<KnownRevision>();
        await foreach (var set in cluster.ListAsync(ResourceKind.ReplicaSets, target.Namespace, DeploymentReader.Selector(owner), null, ct))
        {
            var read = set.ReadAs<V1ReplicaSet>();
            if (ObjectOwners.IsOwnedBy(read, owner) && DeploymentReader.Revision(read) is { } revision)
                known.Add(new KnownRevision(revision, Earlier(read), PodTemplate.Clean(set.At("spec", "template")!)));
        }

        return known;
    }

    /// <summary>The revision with an image: the preferred one, or else the newest; null when no ReplicaSet has the image.</summary>
    public KnownRevision? FindByImage(string container, string image, long? preferred)
    {
        var found = known.Where(one => ImageDigest.IsSame(PodTemplate.Image(one.Template, container), image)).ToList();
        return found.Find(one => preferred is { } wanted && one.Has(wanted)) ?? found.FirstOrDefault();
    }

    /// <summary>The specified revision.</summary>
    /// <exception cref="DeployException"><c>RevisionNotFound</c>.</exception>
    public KnownRevision Get(long wanted)
    {
        if (Find(wanted) is { } found) return found;
        var available = known.Count == 0 ? "none" : string.Join(", ", known.Select(one => one.Revision).Order());
        throw new DeployException("RevisionNotFound", FaultCategory.ObjectNotFound,
            $"The {target.Main.Kind} {target.Namespace}/{target.Deployment} has no revision {wanted}. It has these revisions: {available}.",
            "Specify one of them with -ToRevision, or roll back with -FromBackup.");
    }

    /// <summary>The revision that the failed step recorded, if it is another release than the current one; null when it is gone.</summary>
    /// <param name="recorded">Its number; null when the step recorded none.</param>
    public KnownRevision? FindRecorded(long? recorded) =>
        recorded is { } wanted ? Others.FirstOrDefault(one => one.Has(wanted)) : null;

    private KnownRevision? Find(long wanted) =>
        known.FirstOrDefault(one => one.Revision == wanted) ?? known.FirstOrDefault(one => one.Has(wanted));

    private static IReadOnlyList<long> Earlier(V1ReplicaSet set) =>
        [.. (set.GetAnnotation(DeploymentAnnotations.RevisionHistory) ?? "")
            .Split(',')
            .Select(part => long.TryParse(part, CultureInfo.InvariantCulture, out var one) ? one : 0)
            .Where(one => one > 0)];
}
