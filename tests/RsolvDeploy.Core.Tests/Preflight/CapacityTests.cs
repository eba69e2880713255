using System.Text.Json.Nodes;
using k8s.Models;
using Microsoft.AspNetCore.Http;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Core.Tests.Clusters;
using RsolvDeploy.Core.Tests.SourceControl;
using RsolvDeploy.Preflight;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Core.Tests.Preflight;

/// <summary>How many pods a rollout adds for a while, and whether they fit.</summary>
public class CapacityTests
{
    [Theory]
    [InlineData("""{"spec":{}}""", 1)]
    [InlineData("""{"spec":{"replicas":4}}""", 1)]
    [InlineData("""{"spec":{"replicas":5}}""", 2)]
    [InlineData("""{"spec":{"replicas":4,"strategy":{"rollingUpdate":{"maxSurge":3}}}}""", 3)]
    [InlineData("""{"spec":{"replicas":4,"strategy":{"rollingUpdate":{"maxSurge":"100%"}}}}""", 4)]
    [InlineData("""{"spec":{"replicas":4,"strategy":{"rollingUpdate":{"maxSurge":0}}}}""", 0)]
    [InlineData("""{"spec":{"replicas":4,"strategy":{"type":"Recreate"}}}""", 0)]
    [InlineData("""{"spec":{"replicas":0}}""", 0)]
    public void Surge_is_what_the_strategy_says(string deployment, int surge) =>
        Assert.Equal(surge, Capacity.Surge(JsonNode.Parse(deployment)!.AsObject().ReadAs<V1Deployment>()));

    [Fact]
    public async Task Quotas_that_may_not_be_read_are_a_risk_and_no_pass()
    {
        var found = await EvaluateAsync(quotas: null);
        Assert.Equal(CheckStatus.Warning, found.Status);
        Assert.Contains("quotas may not be read", found.Evidence, StringComparison.Ordinal);
        Assert.Contains("list resourcequotas", found.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3", CheckStatus.Passed, 1L, "fits tight")]
    [InlineData("2", CheckStatus.Failed, 0L, "ResourceQuota tight: pods 2 of 2 used, 1 more pod needs 1")]
    public async Task A_quota_is_compared_with_the_surge(string hard, CheckStatus status, long fitting, string words)
    {
        var found = await EvaluateAsync(
            $$$$"""{"metadata":{"name":"tight"},"status":{"hard":{"pods":"{{{{hard}}}}"},"used":{"pods":"2"}}}""");
        Assert.Equal((status, 1, fitting), (found.Status, Convert.ToInt32(found.Expected), Convert.ToInt64(found.Actual)));
        Assert.Contains(words, found.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_else_decides_about_the_number_of_pods_is_named()
    {
        var found = await EvaluateAsync("");
        Assert.Equal(CheckStatus.Passed, found.Status);
        Assert.Contains("HorizontalPodAutoscaler grow keeps 2 to 9 replicas", found.Evidence, StringComparison.Ordinal);
        Assert.Contains("PodDisruptionBudget keep allows 1 disruptions", found.Evidence, StringComparison.Ordinal);
        Assert.DoesNotContain("other", found.Evidence, StringComparison.Ordinal);
    }

    // Null quotas are forbidden.
    private static async Task<CheckOutcome> EvaluateAsync(string? quotas)
    {
        await using var api = await ScriptedApi.StartAsync(null, async http =>
        {
            var kind = http.Request.Path.Value!.Split('/')[^1];
            if (kind == "resourcequotas" && quotas is null)
            {
                http.Response.StatusCode = 403;
                await http.Response.WriteAsJsonAsync(new
                {
                    kind = "Status",
                    apiVersion = "v1",
                    status = "Failure",
                    reason = "Forbidden",
                    message = "resourcequotas is forbidden",
                    code = 403,
                });
                return;
            }

            var items = kind switch
            {
                "resourcequotas" => quotas,
                "horizontalpodautoscalers" =>
                    """{"metadata":{"name":"grow"},"spec":{"minReplicas":2,"maxReplicas":9,"scaleTargetRef":{"kind":"Deployment","name":"app"}}},{"metadata":{"name":"other"},"spec":{"maxReplicas":3,"scaleTargetRef":{"kind":"Deployment","name":"web"}}}""",
                _ =>
                    """{"metadata":{"name":"keep"},"spec":{"selector":{"matchLabels":{"app":"app"}}},"status":{"disruptionsAllowed":1}},{"metadata":{"name":"other"},"spec":{"selector":{"matchLabels":{"app":"web"}}}}""",
            };
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync(
                $$"""{"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[{{items}}]}""");
        });
        using var cluster = new ClusterClient(api.Connection(), SilentReporter.Instance, TimeProvider.System);
        var deployment = JsonNode.Parse("""{"spec":{"replicas":2,"template":{"metadata":{"labels":{"app":"app"}}}}}""")!.AsObject();
        return await Capacity.EvaluateAsync(cluster, Targets.With("/src"), deployment, TestContext.Current.CancellationToken);
    }
}
