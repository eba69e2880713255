using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Core.Tests.Clusters;
using RsolvDeploy.Core.Tests.SourceControl;
using RsolvDeploy.Manifests;
using RsolvDeploy.Preflight;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Core.Tests.Preflight;

/// <summary>What a pod template refers to, and whether it is there: pods do not start without it.</summary>
public class PodReferencesTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(
        """{"containers":[{"name":"a","env":[{"name":"X","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}}]}]}""",
        "Secret/s k (env X of a)")]
    [InlineData(
        """{"initContainers":[{"name":"i","env":[{"name":"X","valueFrom":{"configMapKeyRef":{"name":"m","key":"k"}}}]}]}""",
        "ConfigMap/m k (env X of i)")]
    [InlineData(
        """{"containers":[{"name":"a","envFrom":[{"configMapRef":{"name":"m"}},{"secretRef":{"name":"s"}}]}]}""",
        "ConfigMap/m  (envFrom of a)|Secret/s  (envFrom of a)")]
    [InlineData(
        """{"volumes":[{"name":"v","secret":{"secretName":"s","items":[{"key":"k"}]}}]}""", "Secret/s  (volume v)|Secret/s k (volume v)")]
    [InlineData("""{"volumes":[{"name":"v","configMap":{"name":"m"}}]}""", "ConfigMap/m  (volume v)")]
    [InlineData(
        """{"volumes":[{"name":"v","projected":{"sources":[{"secret":{"name":"s"}},{"configMap":{"name":"m","items":[{"key":"k"}]}}]}}]}""",
        "Secret/s  (volume v)|ConfigMap/m  (volume v)|ConfigMap/m k (volume v)")]
    [InlineData("""{"imagePullSecrets":[{"name":"s"}]}""", "Secret/s  (imagePullSecrets)")]
    [InlineData("""{"containers":[{"name":"a","env":[{"name":"X","value":"plain"}]}],"volumes":[{"name":"v","emptyDir":{}}]}""", "")]
    public void Each_way_to_refer_is_read(string spec, string references) =>
        Assert.Equal(
            references,
            string.Join(
                '|', PodReferences.From(JsonNode.Parse(spec)).Select(one => $"{one.Kind.Kind}/{one.Name} {one.Key} ({one.Where})")));

    [Fact]
    public async Task What_is_missing_is_named_with_the_place_that_needs_it_and_what_is_optional_is_not()
    {
        var found = await EvaluateAsync("""
            {"containers":[{"name":"a","envFrom":[{"secretRef":{"name":"gone"}},{"configMapRef":{"name":"absent","optional":true}}],
              "env":[{"name":"THERE","valueFrom":{"secretKeyRef":{"name":"there","key":"PRESENT"}}},{"name":"KEY","valueFrom":{"secretKeyRef":{"name":"there","key":"LOST"}}}]}]}
            """);

        Assert.Equal((CheckStatus.Failed, 3, 1), (found.Status, Convert.ToInt32(found.Expected), Convert.ToInt32(found.Actual)));
        Assert.Equal("Secret/gone does not exist (envFrom of a); Secret/there has no key LOST (env KEY of a)", found.Evidence);
    }

    [Fact]
    public async Task What_is_all_present_is_counted()
    {
        var found = await EvaluateAsync(
            """{"containers":[{"name":"a","env":[{"name":"X","valueFrom":{"secretKeyRef":{"name":"there","key":"PRESENT"}}}]}],"volumes":[{"name":"v","secret":{"secretName":"there"}}]}""");

        Assert.Equal((CheckStatus.Passed, "2 references to 1 objects, all present"), (found.Status, found.Evidence));
    }

    private static async Task<CheckOutcome> EvaluateAsync(string spec)
    {
        await using var api = await ScriptedApi.StartAsync(null, http =>
        {
            var there = http.Request.Path.Value!.EndsWith("/secrets/there", StringComparison.Ordinal);
            http.Response.StatusCode = there ? 200 : 404;
            http.Response.ContentType = "application/json";
            return http.Response.WriteAsync(there
                ? """{"data":{"PRESENT":"eA=="}}"""
                : """{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","message":"not found","details":{"name":"it","kind":"secrets"},"code":404}""");
        });
        using var cluster = new ClusterClient(api.Connection(), SilentReporter.Instance, TimeProvider.System);
        var deployment = DeploymentPatch.Pods(spec);
        return await ReferenceCheck.EvaluateAsync(cluster, Targets.With("/src"), deployment, Ct);
    }
}
