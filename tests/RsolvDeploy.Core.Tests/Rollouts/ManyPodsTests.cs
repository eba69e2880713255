using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Core.Tests.Clusters;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollouts;

namespace RsolvDeploy.Core.Tests.Rollouts;

/// <summary>However many pods there are, each kind is listed once and watched once.</summary>
public class ManyPodsTests
{
    private const int Count = 1000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_thousand_pods_are_watched_with_one_list_and_one_watch_of_each_kind()
    {
        var pods = Enumerable.Range(0, Count).Select(Pod).ToList();
        await using var api = await ScriptedApi.StartAsync(null, http => AnswerAsync(http, pods));
        using var cluster = new ClusterClient(api.Connection(), SilentReporter.Instance, TimeProvider.System);
        var target = new Target
        {
            Name = "t",
            ConfigurationPath = "",
            Namespace = "n",
            Deployment = "app",
            Environment = "e",
            Rollout = new RolloutSettings { StableFor = TimeSpan.Zero },
        };
        var ending = await new RolloutWatcher(cluster, SilentReporter.Instance, TimeProvider.System)
            .RunAsync(
                new RolloutWatchRequest(
                    target, new RolloutExpectation("app", "app", RolloutSamples.Image, 2), "app=app", TimeSpan.FromMinutes(1)),
                Ct);
        Assert.Equal((RolloutPhase.Complete, Count), (ending.Verdict.Phase, ending.Verdict.Ready));
        // A list comes in chunks; only its first request is a list of its own.
        var lists = api.Requests
            .Where(request =>
                !request.Contains("watch=true", StringComparison.Ordinal) && !request.Contains("continue=", StringComparison.Ordinal))
            .ToList();
        Assert.Equal(4, lists.Count);
        Assert.InRange(api.Requests.Count(request => request.Contains("watch=true", StringComparison.Ordinal)), 1, 4);
        Assert.Equal(
            1,
            api.Requests.Count(request =>
                request.Contains("/pods?", StringComparison.Ordinal) && request.Contains("watch=true", StringComparison.Ordinal)));
    }

    // Listed as starting; the watch tells of each that it became ready.
    private static async Task AnswerAsync(HttpContext http, List<JsonObject> pods)
    {
        var kind = http.Request.Path.Value!.Split('/')[^1];
        List<JsonObject> all = kind switch
        {
            "deployments" => [Versioned(RolloutSamples.Deployment(Count), 1)],
            "replicasets" => [Versioned(RolloutSamples.ReplicaSet(), 2)],
            "pods" => pods,
            _ => [],
        };
        if (http.Request.Query["watch"] == "true")
        {
            foreach (var pod in kind == "pods" ? pods : [])
            {
                var ready = (JsonObject)pod.DeepClone();
                ready["status"]!["conditions"]![0]!["status"] = "True";
                ready["metadata"]!["resourceVersion"] = "5000";
                await http.Response.WriteAsync(
                    new JsonObject { ["type"] = "MODIFIED", ["object"] = ready }.ToJsonString() + "\n", http.RequestAborted);
            }

            await http.Response.Body.FlushAsync(http.RequestAborted);
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return;
        }

        var from = int.TryParse(http.Request.Query["continue"], CultureInfo.InvariantCulture, out var offset) ? offset : 0;
        var page = all.Skip(from).Take(500).Select(one => one.DeepClone()).ToArray();
        await http.Response.WriteAsync(new JsonObject
        {
            ["kind"] = "List",
            ["metadata"] = new JsonObject
            {
                ["resourceVersion"] = "4000",
                ["continue"] = from + page.Length < all.Count ? $"{from + page.Length}" : null,
            },
            ["items"] = new JsonArray(page),
        }.ToJsonString(), http.RequestAborted);
    }

    private static JsonObject Pod(int number)
    {
        var pod = RolloutSamples.Pod(""" "state":{"running":{}},"lastState":{} """);
        (pod["metadata"]!["name"], pod["metadata"]!["uid"]) = ($"app-7-{number}", $"p-{number}");
        return Versioned(pod, 100 + number);
    }

    private static JsonObject Versioned(JsonObject item, int version)
    {
        item["metadata"]!["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture);
        return item;
    }
}
