using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Json;

namespace RsolvDeploy.Triggers;

/// <summary>A person who says that something critical is broken, by an annotation of the Deployment, from whatever machine. A way back takes it off.</summary>
internal static class ManualTrigger
{
    /// <summary>The annotation; its value is what is broken.</summary>
    public const string Annotation = "rsolv.dev/broken";

    public static async Task WatchAsync(ClusterClient cluster, Target target, Func<string, Task> tell, CancellationToken ct)
    {
        string? told = null;
        await foreach (var change in cluster.WatchAsync(new WatchRequest(ResourceKind.Deployments, target.Namespace) { FieldSelector = $"metadata.name={target.Deployment}" }, ct))
        {
            if (change.Type is WatchEventType.Synced or WatchEventType.Deleted) continue;
            var said = change.Object.At("metadata", "annotations", Annotation).Text();
            if (!string.IsNullOrEmpty(said) && said != told) await tell($"a person says ({Annotation}): {said}");
            told = said;
        }
    }
}
