namespace RsolvDeploy.Scenarios;

/// <summary>Where a scenario is played: the sandbox or a real cluster.</summary>
public interface IScenarioStage : IAsyncDisposable
{
    /// <summary>Brings up a deployment that runs its good image.</summary>
    internal Task<ScenarioCluster> StartAsync(CancellationToken ct);
}
