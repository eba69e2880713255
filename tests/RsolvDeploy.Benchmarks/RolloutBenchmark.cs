using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Configuration;
using RsolvDeploy.Json;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollouts;
using RsolvDeploy.Sandbox;

namespace RsolvDeploy.Benchmarks;

/// <summary>
/// How long after the API server's last event the end of a rollout is reported; and when it is said that everything is rolled out, beside
/// <c>kubectl rollout status</c>, which ends then: it does not wait for the old pods to go. The real cluster
/// is used where <c>RSOLV_TEST_KUBECONFIG</c> names one, with a Deployment that <c>RSOLV_BENCH_TARGET</c> (namespace/deployment) names.
/// </summary>
internal static class RolloutBenchmark
{
    private const int Rounds = 20;

    public static async Task RunAsync()
    {
        await using (var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), CancellationToken.None))
        {
            var target = ConfigurationFile.Load(sandbox.ConfigurationPath).GetTarget("production") with { Rollout = new RolloutSettings { StableFor = TimeSpan.Zero } };
            await MeasureAsync("sandbox", target);
        }

        var kubeconfig = Environment.GetEnvironmentVariable("RSOLV_TEST_KUBECONFIG");
        if (string.IsNullOrEmpty(kubeconfig) || Environment.GetEnvironmentVariable("RSOLV_BENCH_TARGET")?.Split('/') is not [var ns, var deployment])
        {
            Console.WriteLine("  (no real cluster: RSOLV_TEST_KUBECONFIG and RSOLV_BENCH_TARGET are not set)");
            return;
        }

        await MeasureAsync("real cluster", new Target
        {
            Name = "bench",
            ConfigurationPath = kubeconfig,
            Kubeconfig = kubeconfig,
            Namespace = ns,
            Deployment = deployment,
            Environment = "bench",
            Rollout = new RolloutSettings { StableFor = TimeSpan.Zero },
        });
    }

    private static async Task MeasureAsync(string where, Target target)
    {
        using var cluster = ClusterClient.Connect(target, SilentReporter.Instance);
        var ours = new List<double>();
        var theirs = new List<double>();
        // The first round warms caches and is not counted.
        for (var round = 0; round <= Rounds; round++)
        {
            var (end, ahead) = await RoundAsync(cluster, target, round);
            if (round == 0) continue;
            ours.Add(end);
            theirs.Add(ahead);
        }

        ours.Sort();
        theirs.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {where,-14} the end after its last event: median {ours[Rounds / 2],6:0.0} ms, max {ours[^1],6:0.0} ms; rolled out is told before kubectl ends: median {theirs[Rounds / 2],6:0} ms, least {theirs[0],6:0} ms"));
    }

    // The template's annotation is another one, so that the same image rolls out anew.
    private static async Task<(double End, double AheadOfKubectl)> RoundAsync(ClusterClient cluster, Target target, int round)
    {
        var note = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["bench"] = $"{round}-{Stopwatch.GetTimestamp()}" } } };
        var written = await cluster.PatchAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, new PatchRequest(PatchKind.Merge, new JsonObject { ["spec"] = new JsonObject { ["template"] = note } }), CancellationToken.None);
        var container = DeploymentReader.Container(written, target);
        var expected = new RolloutExpectation(target.Deployment, container, PodTemplate.Image(written.At("spec", "template"), container)!, DeploymentReader.Generation(written));
        using var stop = new CancellationTokenSource();
        var arrival = ArrivalAsync(cluster, target, expected, stop.Token);
        var kubectl = KubectlAsync(target);
        var ending = await new RolloutWatcher(cluster, SilentReporter.Instance, TimeProvider.System)
            .RunAsync(new RolloutWatchRequest(target, expected, DeploymentReader.Selector(written), TimeSpan.FromMinutes(5)), CancellationToken.None);
        var ended = Stopwatch.GetTimestamp();
        var arrived = await arrival;
        var kubectlEnded = await kubectl;
        await stop.CancelAsync();
        var rolledOut = ending.Timeline.First(entry => entry.Event.StartsWith("rolled out", StringComparison.Ordinal) || entry.Event.StartsWith("complete", StringComparison.Ordinal));
        return (Math.Max(0, Stopwatch.GetElapsedTime(arrived, ended).TotalMilliseconds), (kubectlEnded - rolledOut.At).TotalMilliseconds);
    }

    // When the event arrived that completes the rollout, by watches of the benchmark's own. Not simply its last event: what is
    // measured may be the faster one, and then the last event before its end is an earlier one.
    private static async Task<long> ArrivalAsync(ClusterClient cluster, Target target, RolloutExpectation expected, CancellationToken ct)
    {
        var complete = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = new Lock();
        var state = new RolloutState(expected);
        var synced = 0;
        ResourceKind[] kinds = [ResourceKind.Deployments, ResourceKind.ReplicaSets, ResourceKind.Pods];
        async Task FollowAsync(ResourceKind kind)
        {
            await foreach (var change in cluster.WatchAsync(new WatchRequest(kind, target.Namespace), ct))
            {
                var now = Stopwatch.GetTimestamp();
                lock (gate)
                {
                    if (change.Type == WatchEventType.Synced) synced++;
                    state = state.Apply(kind, change);
                    if (synced == kinds.Length && state.Evaluate(DateTimeOffset.UtcNow).Phase == RolloutPhase.Complete) complete.TrySetResult(now);
                }
            }
        }

        Task[] following = [.. kinds.Select(FollowAsync)];
        var first = await Task.WhenAny([complete.Task, .. following]);
        if (first != complete.Task) await first; // a watch that failed
        return await complete.Task;
    }

    private static async Task<DateTimeOffset> KubectlAsync(Target target)
    {
        string[] arguments = [.. target.Kubeconfig is { } file ? ["--kubeconfig", file] : (string[])[], .. target.Context is { } context ? ["--context", context] : (string[])[], "--namespace", target.Namespace, "rollout", "status", $"deployment/{target.Deployment}"];
        await ChildProgram.RunAsync("kubectl", arguments);
        return DateTimeOffset.UtcNow;
    }
}
