using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Core.Tests.Clusters;
using RsolvDeploy.Core.Tests.SourceControl;
using RsolvDeploy.Errors;
using RsolvDeploy.Manifests;
using RsolvDeploy.Preflight;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Core.Tests.Preflight;

/// <summary>Whether the cluster is the one that is meant, and its namespace one to deploy to.</summary>
public class ClusterIdentityTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("v1.36.2", CheckStatus.Passed)]
    [InlineData("v1.33.9", CheckStatus.Passed)]
    [InlineData("v1.32.1", CheckStatus.Warning)]
    [InlineData("v1.37.0", CheckStatus.Warning)]
    public async Task Kubelets_whose_version_does_not_fit_the_server_are_named(string kubelet, CheckStatus status)
    {
        IReadOnlyList<JsonObject>? nodes = [Node("fits", "v1.36.0"), Node("other", kubelet)];

        var found = await AskAsync(
            Targets.With("/src"),
            (cluster, target) => ClusterIdentity.EvaluateAsync(cluster, target, Task.FromResult<IReadOnlyList<JsonObject>?>(nodes), Ct));

        Assert.Equal(status, found.Status);
        Assert.StartsWith("Kubernetes v1.36.2 at http://127.0.0.1:", found.Evidence, StringComparison.Ordinal);
        if (status == CheckStatus.Warning) Assert.Contains($"other {kubelet}", found.Evidence, StringComparison.Ordinal);
        Assert.DoesNotContain("fits", found.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_of_another_uid_is_refused_with_both_shown()
    {
        var target = Targets.With("/src") with { Cluster = new ClusterSettings { Uid = "meant" } };

        var fault = await Assert.ThrowsAnyAsync<DeployException>(() => AskAsync(
            target, (cluster, t) => ClusterIdentity.EvaluateAsync(cluster, t, Task.FromResult<IReadOnlyList<JsonObject>?>(null), Ct)));

        Assert.Equal("WrongCluster", fault.Id);
        Assert.Contains("meant", fault.Message, StringComparison.Ordinal);
        Assert.Contains("uid-of-kube-system", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ns", CheckStatus.Passed, "ns")]
    [InlineData("gone", CheckStatus.Failed, "there is no namespace gone")]
    [InlineData("ending", CheckStatus.Failed, "ending is being deleted")]
    [InlineData("default", CheckStatus.Warning, "the target deploys to 'default'")]
    [InlineData("hidden", CheckStatus.Warning, "namespaces may not be read")]
    public async Task A_namespace_is_there_or_it_is_said_why_not(string name, CheckStatus status, string words)
    {
        var found = await AskAsync(
            Targets.With("/src") with { Namespace = name },
            (cluster, target) => ClusterIdentity.EvaluateNamespaceAsync(cluster, target, Ct));

        Assert.Equal(status, found.Status);
        Assert.Contains(words, found.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kube-system")]
    [InlineData("kube-public")]
    [InlineData("kube-node-lease")]
    public async Task The_clusters_own_namespaces_are_refused(string name)
    {
        var fault = await Assert.ThrowsAnyAsync<DeployException>(() => AskAsync(
            Targets.With("/src") with { Namespace = name },
            (cluster, target) => ClusterIdentity.EvaluateNamespaceAsync(cluster, target, Ct)));

        Assert.Equal("NamespaceProtected", fault.Id);
    }

    private static JsonObject Node(string name, string kubelet) => new NodeManifest(name) { Info = { ["kubeletVersion"] = kubelet } };

    private static async Task<CheckOutcome> AskAsync(Target target, Func<ClusterClient, Target, Task<CheckOutcome>> look)
    {
        await using var api = await ScriptedApi.StartAsync(null, http =>
        {
            var (code, body) = http.Request.Path.Value switch
            {
                "/version" => (200, """{"gitVersion":"v1.36.2"}"""),
                "/api/v1/namespaces/gone" => (
                    404,
                    """{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","message":"not found","details":{"name":"it","kind":"namespaces"},"code":404}"""),
                "/api/v1/namespaces/hidden" => (
                    403,
                    """{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","message":"forbidden","code":403}"""),
                "/api/v1/namespaces/ending" => (200, """{"status":{"phase":"Terminating"}}"""),
                "/api/v1/namespaces/kube-system" => (200, """{"metadata":{"uid":"uid-of-kube-system"}}"""),
                _ => (200, """{"status":{"phase":"Active"}}"""),
            };
            http.Response.StatusCode = code;
            http.Response.ContentType = "application/json";
            return http.Response.WriteAsync(body);
        });
        using var cluster = new ClusterClient(api.Connection(), SilentReporter.Instance, TimeProvider.System);
        return await look(cluster, target);
    }
}
