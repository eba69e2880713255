namespace RsolvDeploy.Scenarios;

/// <summary>Where a scenario is played: the sandbox or a real cluster.</summary>
public interface IScenarioFixture : IAsyncDisposable
{
    /// <summary>Brings up a deployment that runs its good image.</summary>
    internal Task<ScenarioCluster> StartAsync(CancellationToken ct);

    /// <summary>The better image in a registry that is down, and what brings that registry back.</summary>
    internal Task<(string Image, Action BringBack)> DownRegistryAsync();

    /// <summary>Has new containers killed for their memory, where what they run does not do it.</summary>
    internal void KillForMemory();
}
