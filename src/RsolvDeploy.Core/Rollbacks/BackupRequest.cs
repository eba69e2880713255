using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Reading;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;
using RsolvDeploy.Rollbacks.Configuration;

namespace RsolvDeploy.Rollbacks;

/// <summary>Reads from a backup what a rollback restores: the pod template, and the ConfigMaps and Secrets that it refers to.</summary>
internal static class BackupRequest
{
    /// <summary>Reads it.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="target">The deployment.</param>
    /// <param name="imageOnly">Whether to read no ConfigMaps and Secrets.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<RollbackRequest> ReadAsync(BackupFolder backup, Target target, bool imageOnly, CancellationToken ct)
    {
        var deployment = await backup.ReadObjectAsync(target.Main.Kind.ToString(), target.Deployment, ct);
        var configuration = new List<JsonObject>();
        var wanted = PodReferences.From(PodTemplate.Of(deployment).At("spec"))
            .Select(reference => (reference.Kind.Kind, reference.Name))
            .ToHashSet();
        foreach (var item in backup.Manifest.Items.Where(item => !imageOnly && wanted.Contains((item.Kind, item.Name))))
            configuration.Add(ConfigurationSnapshot.Reduce(await backup.ReadObjectAsync(item, ct)));
        return new RollbackRequest { Template = deployment, Configuration = configuration };
    }
}
