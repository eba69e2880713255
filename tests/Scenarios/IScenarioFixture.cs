namespace RsolvDeploy.Scenarios;

/// <summary>Where a scenario runs: on the sandbox or on a real cluster.</summary>
public interface IScenarioFixture : IAsyncDisposable
{
    /// <summary>Brings up a deployment that runs its good image.</summary>
    internal Task<ScenarioCluster> StartAsync(CancellationToken ct);

    /// <summary>The better image in a registry that is down, and the action that restores that registry.</summary>
    internal Task<(string Image, Action Restore)> DownRegistryAsync();

    /// <summary>Adds an admission policy that names a mirror in the images of Deployments; gives the mirror's host.</summary>
    internal Task<string> RewriteImagesAsync(CancellationToken ct);

    /// <summary>
    /// The better image in a registry that answers the nodes with an HTTP status, although it has the image, and the action that ends that.
    /// </summary>
    internal Task<(string Image, Action Restore)> RefuseImageAsync(int status);

    /// <summary>From now on admission refuses pods with this image in the namespace.</summary>
    internal Task ForbidImageAsync(string image, CancellationToken ct);

    /// <summary>Adds a node with this label, as an autoscaler does.</summary>
    internal Task AddNodeAsync(string label, CancellationToken ct);

    /// <summary>Kills new containers for their memory, where their program does not reach the limit.</summary>
    internal void KillForMemory();
}
