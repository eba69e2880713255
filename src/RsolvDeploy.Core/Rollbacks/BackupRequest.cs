using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Reading;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;
using RsolvDeploy.Rollbacks.Configuration;

namespace RsolvDeploy.Rollbacks;

/// <summary>Reads out of a backup where a way back leads: the pod template, and the ConfigMaps and Secrets that it refers to.</summary>
internal static class BackupRequest
{
    public static async Task<RollbackRequest> ReadAsync(BackupFolder backup, Target target, bool imageOnly, CancellationToken ct)
    {
        var deployment = await backup.ReadObjectAsync("Deployment", target.Deployment, ct);
        var configuration = new List<JsonObject>();
        var wanted = PodReferences.From(deployment.At("spec", "template", "spec")).Select(reference => (reference.Kind.Kind, reference.Name)).ToHashSet();
        foreach (var item in backup.Manifest.Items.Where(item => !imageOnly && wanted.Contains((item.Kind, item.Name))))
            configuration.Add(ConfigurationSnapshot.Essence(await backup.ReadObjectAsync(item, ct)));
        return new RollbackRequest { Template = deployment, Configuration = configuration };
    }
}
