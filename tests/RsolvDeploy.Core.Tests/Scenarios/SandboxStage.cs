using RsolvDeploy.Configuration;
using RsolvDeploy.Rollouts;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Kubernetes;
using RsolvDeploy.Scenarios;

namespace RsolvDeploy.Core.Tests.Scenarios;

/// <summary>A sandbox of its own for each scenario.</summary>
public sealed class SandboxStage : IScenarioStage
{
    private SandboxServer? _sandbox;

    async Task<ScenarioCluster> IScenarioStage.StartAsync(CancellationToken ct)
    {
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions(), ct);
        var target = ConfigurationFile.Load(_sandbox.ConfigurationPath).GetTarget("production");
        var running = _sandbox.Objects.Find(KindInfo.Deployments, target.Namespace, target.Deployment)!;
        var repository = $"{_sandbox.Services.RegistryHost}/{SandboxSeed.Repository}";
        return new ScenarioCluster(
            target,
            DeploymentReading.Image(running["spec"]!["template"], target.Container!)!,
            $"{repository}@{_sandbox.Services.Images.SeedPushed(SandboxSeed.Repository, "better", "healthy").Digest}",
            $"{repository}@{_sandbox.Services.Images.SeedPushed(SandboxSeed.Repository, "crashing", "crashloop").Digest}");
    }

    public ValueTask DisposeAsync() => _sandbox?.DisposeAsync() ?? ValueTask.CompletedTask;
}
