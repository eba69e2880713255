using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Core.Tests.Clusters;

/// <summary>A service of the cluster is reached through the API server, without a local port.</summary>
public sealed class PortForwardTests(SharedSandbox shared) : IClassFixture<SharedSandbox>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_requests_at_once_go_through_and_large_answers_arrive_whole()
    {
        using var cluster = ClusterClient.Connect(shared.Target, SilentReporter.Instance);
        using var http = Open(cluster, shared.Target.Prometheus!.Service!);
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => http.GetStringAsync(new Uri("api/v1/rules", UriKind.Relative), Ct)));
        Assert.All(answers, answer => Assert.Contains("rfc_060", answer, StringComparison.Ordinal));
        Assert.Contains(shared.Server.Requests, request => request.Path.Contains("portforward", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_service_that_is_not_there_is_named()
    {
        using var cluster = ClusterClient.Connect(shared.Target, SilentReporter.Instance);
        using var http = Open(cluster, new ServiceAddress("monitoring", "nowhere", 1));
        var fault = await Assert.ThrowsAnyAsync<Exception>(() => http.GetStringAsync(new Uri("/", UriKind.Relative), Ct));
        Assert.Contains("nowhere", fault.ToString(), StringComparison.Ordinal);
    }

    private static HttpClient Open(ClusterClient cluster, ServiceAddress service) =>
        new(cluster.CreateServiceHandler(service)) { BaseAddress = new Uri($"http://{service.Name}.{service.Namespace}/") };
}
