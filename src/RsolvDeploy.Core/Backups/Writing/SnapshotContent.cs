using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;

namespace RsolvDeploy.Backups.Writing;

/// <summary>The objects of a backup, all written.</summary>
/// <param name="Deployment">The Deployment or the main workload, as the server sent it.</param>
/// <param name="Kinds">The objects by kind, in the order of a restore; Deployments first.</param>
/// <param name="Changes">The changes in the cluster meanwhile.</param>
internal sealed record SnapshotContent(JsonObject Deployment, IReadOnlyList<ResourceBackup> Kinds, IReadOnlyList<ManifestChange> Changes)
{
    /// <summary>The manifest of the backup.</summary>
    public BackupManifest ToManifest(BackupPlan plan, ClusterClient cluster, ManifestSignature signature) => new()
    {
        Version = IsShared ? BackupManifest.CurrentVersion : BackupManifest.VersionOfOwnFiles,
        Tool = $"RsolvDeploy {typeof(SnapshotContent).Assembly.GetName().Version?.ToString(3)}",
        Target = plan.Target.Name,
        Cluster = cluster.Server,
        Context = cluster.ContextName,
        Namespace = plan.Target.Namespace,
        Deployment = plan.Target.Deployment,
        RunId = plan.RunId,
        Created = plan.Created,
        Image = ImageOf(plan.Target.Container),
        Revision = Revision,
        Encryption = plan.Encryption.ForManifest(),
        Signature = signature,
        Kinds = Kinds.Select(kind => kind.Kind).ToArray(),
        Items = Kinds.SelectMany(kind => kind.Objects).Select(one => one.Item).OfType<ManifestItem>().ToArray(),
        Omitted = Kinds.SelectMany(kind => kind.Objects).Select(one => one.Omission).OfType<ManifestOmission>().ToArray(),
        Changed = Changes,
    };

    // Whether objects share a file, which older versions do not know.
    private bool IsShared => Kinds.SelectMany(kind => kind.Objects).Any(one => one.Item?.Offset is not null);

    private long? Revision =>
        long.TryParse(
            Deployment.At("metadata", "annotations", DeploymentAnnotations.Revision).Text(), CultureInfo.InvariantCulture, out var revision)
            ? revision
            : null;

    private string? ImageOf(string? container)
    {
        var containers = PodTemplate.Containers(PodTemplate.Of(Deployment)).ToList();
        var found = containers.Find(one => one["name"].Text() == container)
            ?? (container is null && containers.Count == 1 ? containers[0] : null);
        return found.At("image").Text();
    }
}
