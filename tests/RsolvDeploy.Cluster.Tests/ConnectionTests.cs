using System.Diagnostics;

namespace RsolvDeploy.Cluster.Tests;

public class ConnectionTests
{
    [Fact]
    public async Task The_cluster_responds_to_the_kubeconfig()
    {
        var start = new ProcessStartInfo("kubectl") { RedirectStandardOutput = true };
        foreach (var argument in new[] { "--kubeconfig", RealCluster.Kubeconfig, "get", "--raw", "/version" })
            start.ArgumentList.Add(argument);
        using var kubectl = Process.Start(start)!;
        var response = await kubectl.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await kubectl.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Contains("gitVersion", response, StringComparison.Ordinal);
    }
}
