using RsolvDeploy.Configuration;
using RsolvDeploy.Rollouts;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Kubernetes;
using RsolvDeploy.Scenarios;

namespace RsolvDeploy.Core.Tests;

/// <summary>The scenarios on the sandbox.</summary>
public sealed class SandboxScenarios : DeploymentScenarios
{
    private SandboxServer? _sandbox;

    private protected override async Task<ScenarioCluster> StartAsync()
    {
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        var target = ConfigurationFile.Load(_sandbox.ConfigurationPath).GetTarget("production");
        var running = _sandbox.Objects.Find(KindInfo.Deployments, target.Namespace, target.Deployment)!;
        var repository = $"{_sandbox.Services.RegistryHost}/{SandboxSeed.Repository}";
        return new ScenarioCluster(
            target,
            DeploymentReading.Image(running["spec"]!["template"], target.Container!)!,
            $"{repository}@{_sandbox.Services.Images.SeedPushed(SandboxSeed.Repository, "better", "healthy").Digest}",
            $"{repository}@{_sandbox.Services.Images.SeedPushed(SandboxSeed.Repository, "crashing", "crashloop").Digest}");
    }

    private protected override ValueTask StopAsync() => _sandbox?.DisposeAsync() ?? ValueTask.CompletedTask;
}
