using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Core.Tests.Clusters;
using RsolvDeploy.Core.Tests.SourceControl;
using RsolvDeploy.Preflight;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Core.Tests.Preflight;

/// <summary>What the pods refer to exists, does not, or may not be read.</summary>
public class ReferenceCheckTests
{
    private const string Forbidden =
        """{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","message":"forbidden","code":403}""";

    private const string Missing =
        """
        {"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","message":"not found","code":404,
         "details":{"name":"it","kind":"configmaps"}}
        """;

    [Theory]
    [InlineData("/api/v1/namespaces/ns/secrets/api", 403, CheckResult.MetWithWarning, "Secret/api may not be read")]
    [InlineData("/api/v1/namespaces/ns/configmaps/web", 404, CheckResult.NotMet, "ConfigMap/web does not exist")]
    [InlineData("/none", 200, CheckResult.Met, "2 references to 2 objects, all present")]
    internal async Task What_may_not_be_read_is_not_known_and_fails_nothing(string path, int code, CheckResult result, string words)
    {
        await using var api = await ScriptedApi.StartAsync(null, http =>
        {
            http.Response.StatusCode = http.Request.Path.Value == path ? code : 200;
            http.Response.ContentType = "application/json";
            return http.Response.WriteAsync(http.Response.StatusCode switch
            {
                403 => Forbidden,
                404 => Missing,
                _ => """{"data":{"token":"eA=="}}""",
            });
        });
        using var cluster = new ClusterClient(api.Connection(), SilentReporter.Instance, TimeProvider.System);
        var deployment = JsonNode.Parse(
            """
            {"spec":{"template":{"spec":{"containers":[{"name":"web","envFrom":[{"configMapRef":{"name":"web"}}],
             "env":[{"name":"TOKEN","valueFrom":{"secretKeyRef":{"name":"api","key":"token"}}}]}]}}}}
            """)!.AsObject();

        var outcome = await ReferenceCheck.EvaluateAsync(
            cluster, Targets.With("/src") with { Namespace = "ns" }, deployment, TestContext.Current.CancellationToken);

        Assert.Equal(result, outcome.Result);
        Assert.Contains(words, outcome.Evidence, StringComparison.Ordinal);
    }
}
