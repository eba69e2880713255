using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Reporting;
using RsolvDeploy.Sandbox;

namespace RsolvDeploy.Core.Tests.Smoke;

/// <summary>metrics.k8s.io, as the sandbox serves it and as metrics-server does.</summary>
public sealed class ContainerUsageTests(SharedSandbox sandbox) : IClassFixture<SharedSandbox>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_running_pod_has_its_containers_with_memory_and_cpu()
    {
        using var cluster = ClusterClient.Connect(sandbox.Target, SilentReporter.Instance);

        IReadOnlyList<ContainerUsage> usage = (await ContainerUsage.ListAsync(cluster, "rsolv-production", Ct))!;

        Assert.Equal(SandboxSeed.Replicas, usage.Count);
        Assert.All(usage, one =>
        {
            Assert.Equal("rsolv-platform", one.Container);
            Assert.InRange(one.Memory, 90 * 1024 * 1024, 100 * 1024 * 1024);
            Assert.InRange(one.Cpu, 0.03, 0.05);
            Assert.Equal(TimeSpan.FromSeconds(1), one.Window);
            Assert.InRange((DateTimeOffset.UtcNow - one.At).TotalSeconds, -1, 30);
        });
    }

    [Fact]
    public async Task A_namespace_without_pods_has_none() =>
        Assert.Empty((await ContainerUsage.ListAsync(
            ClusterClient.Connect(sandbox.Target, SilentReporter.Instance), "kube-system", Ct))!);
}
