using System.Text.Json.Nodes;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollbacks.Configuration;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Rollbacks;

/// <summary>
/// Finds the pod template of the release to roll back to: in the ReplicaSets, in what the run observed before its update, in the snapshot
/// of the release, and at last in the image alone.
/// </summary>
/// <param name="cluster">The cluster.</param>
/// <param name="target">The deployment.</param>
/// <param name="deployment">The Deployment object.</param>
/// <param name="revisions">Its revisions.</param>
internal sealed class ReleaseSearch(ClusterClient cluster, Target target, JsonObject deployment, RevisionSearch revisions)
{
    private const int OthersShown = 5;
    private readonly string _container = DeploymentReader.Container(deployment, target);

    private string? Running => PodTemplate.Image(PodTemplate.Of(deployment), _container);

    /// <summary>Finds it.</summary>
    /// <exception cref="DeployException">Among others <c>RevisionNotFound</c> and <c>NoPreviousRevision</c>.</exception>
    public async Task<FoundRelease> FindAsync(RollbackRequest request, CancellationToken ct)
    {
        if (request.Template is { } backup) return FromBackup(backup);
        if (request.ToRevision is { } revision)
            return From(revisions.Get(revision), "the operator specified the revision");
        if (request.ToImage is { } image) return await FindByImageAsync(image, request, ct);
        var choice = $"it is the previous revision{(request.Choice.Length > 0 ? $"; {request.Choice}" : "")}";
        if (revisions.FindRecorded(request.PreviousRevision) is { } recorded) return From(recorded, choice);
        // Its revision may be gone: an older one is not what ran.
        if (Before(request, image: null) is { } before && !ReleaseTemplate.IsSame(before, PodTemplate.Of(deployment)!))
            return new FoundRelease(before, $"{PodTemplate.Image(before, _container)}", "it ran before the update");
        var others = revisions.Others.ToList();
        if (others.Count > 0) return ChoosePrevious(others, await ReadHistoryAsync(ct), choice);
        // Without ReplicaSets (revisionHistoryLimit: 0) the history is all that is known. Nobody verified what it names.
        if (!request.Unattended && await FindInHistoryAsync(ct) is { } earlier)
            return await FindByImageAsync(earlier, request with { Choice = "the release before, by the history" }, ct);
        throw new DeployException("NoPreviousRevision", FaultCategory.ObjectNotFound,
            $"The {target.Main.Kind} {target.Namespace}/{target.Deployment} has no release before {DescribeCurrent()}.",
            "Roll back with -ToDigest or -FromBackup, or deploy a working image.");
    }

    // A release that failed is nothing to roll back to, even when it is the newest revision but one: after an automatic rollback it is.
    private FoundRelease ChoosePrevious(List<KnownRevision> others, IReadOnlyList<Release> releases, string choice)
    {
        var failed = others.TakeWhile(one => HasFailed(one, releases)).ToList();
        if (failed.Count == 0) return From(others[0], choice);
        var named = string.Join("; ", failed.Select(one => one.Describe(_container)));
        if (failed.Count < others.Count)
            return From(others[failed.Count], $"it is the newest revision before this one that did not fail; failed: {named}");
        throw new DeployException("NoPreviousRevision", FaultCategory.ObjectNotFound,
            $"Every other release of {target.Main.Kind} {target.Namespace}/{target.Deployment} failed: {named}. Nothing was written.",
            "Roll back with -ToRevision, -ToDigest or -FromBackup, or deploy a working image.");
    }

    private bool HasFailed(KnownRevision revision, IReadOnlyList<Release> releases) => releases.FirstOrDefault(one =>
        ImageDigest.IsSame(one.Image, PodTemplate.Image(revision.Template, _container))
            && (one.Revision is not { } number || revision.Has(number))) is { Status: StepStatus.Failed or StepStatus.TimedOut };

    /// <summary>The other releases that are known, for people: the revisions, then images of the history.</summary>
    public async Task<IReadOnlyList<string>> DescribeOthersAsync(CancellationToken ct)
    {
        var others = revisions.Others.ToList();
        var images = (await ReadHistoryAsync(ct))
            .Where(one => one.Status == StepStatus.Succeeded && !ImageDigest.IsSame(one.Image, Running))
            .Where(one => !others.Exists(other => ImageDigest.IsSame(PodTemplate.Image(other.Template, _container), one.Image)))
            .DistinctBy(one => one.Image)
            .Select(one => $"{one.Image} (of {one.At.UtcDateTime:yyyy-MM-dd HH:mm} UTC)");
        return [.. others.Select(one => one.Describe(_container)).Concat(images).Take(OthersShown)];
    }

    /// <summary>The current release, for people.</summary>
    public string DescribeCurrent() => DeploymentReader.Describe(Running, DeploymentReader.Revision(deployment));

    private FoundRelease From(KnownRevision known, string choice) => new(known.Template, known.Describe(_container), choice);

    private FoundRelease FromBackup(JsonObject backup)
    {
        var wanted = PodTemplate.Clean(PodTemplate.Of(backup) ?? throw new DeployException(
            "BackupCorrupt", FaultCategory.InvalidData,
            "The Deployment in the backup has no pod template.", "Roll back with another backup."));
        return new FoundRelease(wanted, $"{PodTemplate.Image(wanted, _container)} (from the backup)", "");
    }

    private async Task<FoundRelease> FindByImageAsync(string image, RollbackRequest request, CancellationToken ct)
    {
        var known = revisions.FindByImage(_container, image, request.Revision);
        // Another revision with the same image may be one that was changed since.
        var isOther = known is null || (request.Revision is { } revision && !known.Has(revision));
        if (!isOther) return From(known!, request.Choice);
        if (request.Revision is not null && await FindSnapshotAsync(image, ct) is { } verified) return FromSnapshot(verified);
        if (known is not null) return From(known, request.Choice);
        if (Before(request, image) is { } before)
            return new FoundRelease(before, image, $"{request.Choice}; its pod template is the one before the update");
        if (await FindSnapshotAsync(image, ct) is { } saved) return FromSnapshot(saved);
        var template = PodTemplate.Clean(PodTemplate.Of(deployment)!);
        PodTemplate.Containers(template).First(one => one["name"].Text() == _container)["image"] = image;
        return new FoundRelease(template, image, $"{request.Choice}; its ReplicaSet no longer exists, so only the image is set");

        FoundRelease FromSnapshot(JsonObject saved) =>
            new(saved, image, $"{request.Choice}; its ReplicaSet no longer exists, so its saved pod template is restored");
    }

    // What the run itself observed before it wrote, where it has this image.
    private JsonObject? Before(RollbackRequest request, string? image) =>
        PodTemplate.Of(request.Before) is { } template
            && (image is null || ImageDigest.IsSame(PodTemplate.Image(template, _container), image))
                ? PodTemplate.Clean(template)
                : null;

    private async Task<JsonObject?> FindSnapshotAsync(string image, CancellationToken ct)
    {
        if (ReleaseChoice.SnapshotFor(await ReadHistoryAsync(ct), image) is not { } name) return null;
        try
        {
            var saved = await new ConfigurationSnapshot(cluster, target).FindTemplateAsync(name, ct);
            if (saved is null || PodTemplate.Containers(saved).FirstOrDefault(one => one["name"].Text() == _container) is null) return null;
            foreach (var container in PodTemplate.AllContainers(saved).Where(one => one["image"] is null)) container["image"] = image;
            return saved;
        }
        catch (DeployException e) when (e.Id is "Forbidden" or "KeptConfigurationUnreadable")
        {
            return null; // the image alone is restored, and the choice says so
        }
    }

    private async Task<string?> FindInHistoryAsync(CancellationToken ct)
    {
        var release = (await ReadHistoryAsync(ct)).FirstOrDefault(one =>
            one.Status == StepStatus.Succeeded && !ImageDigest.IsSame(one.Image, Running));
        var written = deployment.At("metadata", "annotations", DeploymentAnnotations.PreviousImage).Text();
        return release?.Image ?? (ImageDigest.IsSame(written, Running) ? null : written);
    }

    private async Task<IReadOnlyList<Release>> ReadHistoryAsync(CancellationToken ct)
    {
        try
        {
            return await new ReleaseHistory(cluster, target).ReadProvenAsync(SilentReporter.Instance, ct);
        }
        catch (DeployException e) when (e.Id is "Forbidden" or "HistoryUnreadable")
        {
            return [];
        }
    }
}
