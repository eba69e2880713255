using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Core.Tests.Clusters;
using RsolvDeploy.Evidence;
using RsolvDeploy.Redaction;
using RsolvDeploy.Reporting;
using RsolvDeploy.Scenarios;

namespace RsolvDeploy.Core.Tests.Evidence;

/// <summary>The logs of the evidence are complete when a node has none that it could give.</summary>
public sealed class PodEvidenceTests : IDisposable
{
    // What Kubernetes 1.36 with containerd answers for the log before the last restart.
    private const string NeverRestarted = """
        {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","reason":"BadRequest","code":400,
         "message":"previous terminated container \"app\" in pod \"web-1\" not found"}
        """;
    private const string Removed =
        "unable to retrieve container logs for containerd://d2775659d92cb3f3db6cb360e629387ee67d8ab6f59f8b706e4a4bba11de8691";

    private const string Running = """{"running":{"startedAt":"2026-11-29T08:26:25Z"}}""";
    private const string Ended = """{"terminated":{"exitCode":1,"containerID":"containerd://90199d6b4190"}}""";

    private static readonly Target Target =
        new() { Name = "t", ConfigurationPath = "c", Namespace = "ns", Deployment = "web", Environment = "test" };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pod-evidence-");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(Running, 400, NeverRestarted)] // it has no previous log
    [InlineData(Ended, 200, Removed)] // the node keeps the newest of the ended instances
    [InlineData(Running, 200, Removed, "the previous log of web-1/app")] // it is lost
    [InlineData(Ended, 403, "{}", "the previous log of web-1/app")] // it may be there
    public async Task A_previous_log_that_a_node_does_not_keep_is_no_gap(string state, int code, string answer, params string[] missing)
    {
        await using var api = await ScriptedApi.StartAsync(null, http => AnswerAsync(http, state, code, answer));
        using var cluster = new ClusterClient(api.Connection(), SilentReporter.Instance, TimeProvider.System);
        using var context = StepContexts.Create(cluster, Target, StepKind.Rollback);
        var evidence = new EvidenceFolder(_folder.FullName, new Redactor());
        var deployment = (JsonObject)JsonNode.Parse(
            """
            {"kind":"Deployment","metadata":{"name":"web","namespace":"ns","uid":"d1"},
             "spec":{"selector":{"matchLabels":{"app":"web"}},"template":{}}}
            """)!;

        await new PodEvidence(context, evidence).CollectAsync(deployment, Ct, Ct);

        Assert.Equal(missing, evidence.Failed.Select(line => line.Split(':')[0]));
        Assert.Equal("it ends\n", await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "logs", "web-1.app.log"), Ct));
        // The log of the end is whole only when it is read after the one that may be gone.
        Assert.Equal(
            [true, false],
            api.Requests.Where(one => one.Contains("/log?", StringComparison.Ordinal))
                .Select(one => one.Contains("previous", StringComparison.Ordinal)));
    }

    private static Task AnswerAsync(HttpContext http, string state, int code, string answer)
    {
        var path = http.Request.Path.Value!;
        if (path.EndsWith("/log", StringComparison.Ordinal) && !http.Request.Query.ContainsKey("previous"))
            return http.Response.WriteAsync("it ends\n", Ct);
        var isLog = path.EndsWith("/log", StringComparison.Ordinal);
        if (isLog) http.Response.StatusCode = code;
        var pod = $$$"""
            {"kind":"Pod","metadata":{"name":"web-1","namespace":"ns","uid":"p1",
               "ownerReferences":[{"kind":"ReplicaSet","name":"web","uid":"r1","controller":true}]},
             "status":{"containerStatuses":[{"name":"app","ready":false,"restartCount":1,"image":"i","imageID":"i","state":{{{state}}}}]}}
            """;
        const string set = """
            {"kind":"ReplicaSet","metadata":{"name":"web","namespace":"ns","uid":"r1",
               "ownerReferences":[{"kind":"Deployment","name":"web","uid":"d1","controller":true}]}}
            """;
        return http.Response.WriteAsync(
            isLog ? answer
            : path.EndsWith("/pods/web-1", StringComparison.Ordinal) ? pod
            : path.EndsWith("/pods", StringComparison.Ordinal) ? ListOf(pod)
            : path.EndsWith("/replicasets", StringComparison.Ordinal) ? ListOf(set)
            : ListOf(""),
            Ct);
    }

    private static string ListOf(string items) => $$"""{"kind":"List","metadata":{"resourceVersion":"1"},"items":[{{items}}]}""";
}
