using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Configuration;
using RsolvDeploy.Manifests;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Kubernetes;
using RsolvDeploy.Scenarios;

namespace RsolvDeploy.Core.Tests.Scenarios;

/// <summary>A new sandbox for each scenario.</summary>
public sealed class SandboxFixture : IScenarioFixture
{
    private SandboxServer? _sandbox;
    private string? _better;

    /// <summary>How the sandbox behaves.</summary>
    internal SandboxOptions Options { get; init; } = new();

    async Task<ScenarioCluster> IScenarioFixture.StartAsync(CancellationToken ct)
    {
        _sandbox = await SandboxServer.StartAsync(Options, ct);
        var target = ConfigurationFile.Load(_sandbox.ConfigurationPath).GetTarget("production");
        var running = _sandbox.Objects.Find(KindInfo.Deployments, target.Namespace, target.Deployment)!;
        var repository = $"{_sandbox.Services.RegistryHost}/{SandboxSeed.Repository}";
        _better = $"{repository}@{_sandbox.Services.Images.SeedPushed(SandboxSeed.Repository, "better", "healthy").Digest}";
        return new ScenarioCluster(
            target,
            PodTemplate.Image(running["spec"]!["template"], target.Container!)!,
            _better,
            $"{repository}@{_sandbox.Services.Images.SeedPushed(SandboxSeed.Repository, "crashing", "crashloop").Digest}");
    }

    Task<(string Image, Action Restore)> IScenarioFixture.DownRegistryAsync()
    {
        _sandbox!.Faults.Inject(Fault.RegistryDown, -1);
        return Task.FromResult((_better!, (Action)_sandbox.Faults.Clear));
    }

    Task<string> IScenarioFixture.RewriteImagesAsync(CancellationToken ct)
    {
        var mirror = "mirror.test:5000";
        _sandbox!.Services.Images.MirrorHost = mirror;
        _sandbox.Policy.Rewrite(_sandbox.Services.RegistryHost, mirror);
        return Task.FromResult(mirror);
    }

    Task<(string Image, Action Restore)> IScenarioFixture.RefuseImageAsync(int status)
    {
        var fault = status switch { 401 => Fault.RegistryDenies, 429 => Fault.RegistryRateLimit, _ => Fault.ImageNotFound };
        _sandbox!.Faults.Inject(fault, -1);
        return Task.FromResult((_better!, (Action)_sandbox.Faults.Clear));
    }

    Task IScenarioFixture.ForbidImageAsync(string image, CancellationToken ct)
    {
        _sandbox!.Objects.Update(KindInfo.Namespaces, null, _sandbox.Namespace, item =>
        {
            item.Object("metadata").Object("annotations")["sandbox/forbidden-image"] = image;
            return item;
        });
        return Task.CompletedTask;
    }

    Task IScenarioFixture.AddNodeAsync(string label, CancellationToken ct)
    {
        _sandbox!.Create(new NodeManifest("sandbox-node-2") { Labels = { [label] = "" } });
        return Task.CompletedTask;
    }

    void IScenarioFixture.KillForMemory() => _sandbox!.Faults.Inject(Fault.OutOfMemory, -1);

    public ValueTask DisposeAsync() => _sandbox?.DisposeAsync() ?? ValueTask.CompletedTask;
}
