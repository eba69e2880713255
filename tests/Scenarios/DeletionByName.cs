using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;

namespace RsolvDeploy.Scenarios;

/// <summary>Deletes whatever has a name, as an operator does by kubectl.</summary>
internal static class DeletionByName
{
    public static async Task DeleteAsync(this ClusterClient cluster, ResourceKind kind, string? ns, string name, CancellationToken ct) =>
        await cluster.DeleteAsync(kind, ns, DeleteRequest.For(await cluster.GetAsync(kind, ns, name, ct)), ct);
}
