using System.Diagnostics;
using System.Globalization;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Configuration;
using RsolvDeploy.Json;
using RsolvDeploy.Manifests;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollouts;
using RsolvDeploy.Sandbox;

namespace RsolvDeploy.Benchmarks;

/// <summary>
/// How long after the API server's last event the end of a rollout is reported; and when a rollout is reported as rolled out, compared with
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
            var target = ConfigurationFile.Load(sandbox.ConfigurationPath).GetTarget("production") with
            {
                Rollout = new RolloutSettings { StableFor = TimeSpan.Zero },
            };
            await MeasureAsync("sandbox", target);
        }

        var kubeconfig = Environment.GetEnvironmentVariable("RSOLV_TEST_KUBECONFIG");
        if (string.IsNullOrEmpty(kubeconfig)
            || Environment.GetEnvironmentVariable("RSOLV_BENCH_TARGET")?.Split('/') is not [var ns, var deployment])
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
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {where,-14} the end after its last event: median {ours[Rounds / 2],6:0.0} ms, max {ours[^1],6:0.0} ms; "
                + $"reported as rolled out before kubectl ends: median {theirs[Rounds / 2],6:0} ms, least {theirs[0],6:0} ms"));
    }

    // A new annotation in the template rolls the same image out again.
    private static async Task<(double End, double AheadOfKubectl)> RoundAsync(ClusterClient cluster, Target target, int round)
    {
        var written = await cluster.PatchAsync(
            ResourceKind.Deployments,
            target.Namespace,
            target.Deployment,
            new PatchRequest(PatchKind.Merge, DeploymentPatch.PodAnnotation("bench", $"{round}-{Stopwatch.GetTimestamp()}")),
            CancellationToken.None);
        var container = DeploymentReader.Container(written, target);
        var expected = new RolloutExpectation(
            target.Deployment,
            container,
            PodTemplate.Image(written.At("spec", "template"), container)!,
            DeploymentReader.Generation(written));
        using var stop = new CancellationTokenSource();
        var arrival = ArrivalAsync(cluster, target, expected, stop.Token);
        var kubectl = KubectlAsync(target);
        var ending = await new RolloutWatcher(cluster, SilentReporter.Instance, TimeProvider.System)
            .RunAsync(
                new RolloutWatchRequest(target, expected, DeploymentReader.Selector(written), TimeSpan.FromMinutes(5)),
                CancellationToken.None);
        var ended = Stopwatch.GetTimestamp();
        var arrived = await arrival;
        var kubectlEnded = await kubectl;
        await stop.CancelAsync();
        var rolledOut = ending.Timeline.First(entry =>
            entry.Event.StartsWith("rolled out", StringComparison.Ordinal) || entry.Event.StartsWith("complete", StringComparison.Ordinal));
        return (Math.Max(0, Stopwatch.GetElapsedTime(arrived, ended).TotalMilliseconds), (kubectlEnded - rolledOut.At).TotalMilliseconds);
    }

    // The arrival of the event that completes the rollout, in separate watches. Not simply the last event: the measured watch
    // may be faster, and then its end comes before that event here.
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
                    if (synced == kinds.Length && state.Evaluate(TimeSpan.Zero).Phase == RolloutPhase.Complete)
                        complete.TrySetResult(now);
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
        string[] arguments =
        [
            .. target.Kubeconfig is { } file ? ["--kubeconfig", file] : (string[])[],
            .. target.Context is { } context ? ["--context", context] : (string[])[],
            "--namespace",
            target.Namespace,
            "rollout",
            "status",
            $"deployment/{target.Deployment}",
        ];
        await ChildProgram.RunAsync("kubectl", arguments);
        return DateTimeOffset.UtcNow;
    }
}
