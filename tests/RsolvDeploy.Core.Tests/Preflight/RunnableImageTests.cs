using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Core.Tests.Clusters;
using RsolvDeploy.Core.Tests.SourceControl;
using RsolvDeploy.Images;
using RsolvDeploy.Preflight;
using RsolvDeploy.Reporting;
using RsolvDeploy.Sandbox;

namespace RsolvDeploy.Core.Tests.Preflight;

/// <summary>Whether an image fits the nodes, and whether what the kubelet would present opens its repository.</summary>
public class RunnableImageTests
{
    private const string Digest = "sha256:0123456789012345678901234567890123456789012345678901234567890123";
    private const string Password = "sbxsecret-pull";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("pods", Password, CheckStatus.Passed, "nodes: linux/amd64")]
    [InlineData("account", Password, CheckStatus.Passed, "nodes: linux/amd64")]
    [InlineData("pods", "wrong", CheckStatus.Warning, "none of its pull secrets opens the repository: pull")]
    [InlineData("none", "", CheckStatus.Warning, "the pods have no pull secret, and the repository is not public")]
    public async Task The_pull_secrets_of_the_pods_and_of_their_account_are_tried(
        string where, string password, CheckStatus status, string words)
    {
        var found = await EvaluateAsync(["linux/amd64"], where, password, "amd64");

        Assert.Equal(status, found.Status);
        Assert.Contains(words, found.Evidence, StringComparison.Ordinal);
        Assert.DoesNotContain("sbxsecret", found.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("amd64", CheckStatus.Passed, "")]
    [InlineData("amd64,arm64", CheckStatus.Warning, "not on linux/arm64")]
    [InlineData("arm64", CheckStatus.Failed, "it runs on none of them")]
    [InlineData("", CheckStatus.Passed, "nodes: not known")]
    public async Task Its_platforms_are_held_against_the_nodes(string nodes, CheckStatus status, string words)
    {
        var found = await EvaluateAsync(
            ["linux/amd64", "linux/s390x"], "pods", Password, nodes.Split(',', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(status, found.Status);
        Assert.Contains(words, found.Evidence, StringComparison.Ordinal);
    }

    private static async Task<CheckOutcome> EvaluateAsync(string[] platforms, string where, string password, params string[] nodes)
    {
        await using var registry = await LoopbackListener.StartAsync(
            app => app.MapMethods("/v2/app/manifests/{digest}", ["GET", "HEAD"], (HttpContext http) =>
            {
                var allowed =
                    http.Request.Headers.Authorization == $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"puller:{Password}"))}";
                if (allowed) http.Response.Headers["Docker-Content-Digest"] = Digest;
                else http.Response.Headers.WWWAuthenticate = "Basic realm=\"test\"";
                http.Response.StatusCode = allowed ? 200 : 401;
            }),
            arriving: null,
            Ct);
        var login =
            $$"""{ "auths": { "{{registry.Address.Authority}}": { "auth": "{{Convert.ToBase64String(Encoding.UTF8.GetBytes($"puller:{password}"))}}" } } }""";
        var named = """[{"name":"pull"}]""";
        await using var api = await ScriptedApi.StartAsync(null, http =>
        {
            http.Response.ContentType = "application/json";
            return http.Response.WriteAsync(http.Request.Path.Value!.EndsWith("/secrets/pull", StringComparison.Ordinal)
                ? $$$"""{"data":{".dockerconfigjson":"{{{Convert.ToBase64String(Encoding.UTF8.GetBytes(login))}}}"}}"""
                : $$"""{"imagePullSecrets":{{(where == "account" ? named : "[]")}} }""");
        });
        using var cluster = new ClusterClient(api.Connection(), SilentReporter.Instance, TimeProvider.System);
        var deployment = JsonNode.Parse(
            $$"""{"spec":{"template":{"spec":{"imagePullSecrets":{{(where == "pods" ? named : "[]")}} } } } }""")!.AsObject();
        var served = new ResolvedImage(
            $"{registry.Address.Authority}/app", Digest, "application/vnd.oci.image.index.v1+json", platforms, 1);
        IReadOnlyList<JsonObject> seen = [.. nodes.Select(architecture => JsonNode.Parse(
            $$$"""{"status":{"nodeInfo":{"operatingSystem":"linux","architecture":"{{{architecture}}}"} } }""")!.AsObject())];
        return await new RunnableImage(cluster, Targets.With("/src"), seen).EvaluateAsync(deployment, served, Ct);
    }
}
