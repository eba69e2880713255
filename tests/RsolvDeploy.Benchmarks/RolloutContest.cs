using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Transport;
using RsolvDeploy.Configuration;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollouts;
using RsolvDeploy.Sandbox;

namespace RsolvDeploy.Benchmarks;

/// <summary>
/// How long after the API server's last event the end of a rollout is reported; and when it is said that everything is rolled out, beside
/// <c>kubectl rollout status</c>, which ends then: it does not wait for the old pods to go. The real cluster
/// is used where <c>RSOLV_TEST_KUBECONFIG</c> names one, with a Deployment that <c>RSOLV_BENCH_TARGET</c> (namespace/deployment) names.
/// </summary>
internal static class RolloutContest
{
    private const int Rounds = 5;

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
        var written = await cluster.PatchAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, PatchKind.Merge, new JsonObject { ["spec"] = new JsonObject { ["template"] = note } }, dryRun: false, CancellationToken.None);
        var container = DeploymentReading.Container(written, target);
        var expected = new RolloutExpectation(target.Deployment, container, DeploymentReading.Image(written.At("spec", "template"), container)!, RolloutState.Long(written.At("metadata", "generation")));
        using var stop = new CancellationTokenSource();
        var last = 0L;
        var watches = new[] { ResourceKind.Deployments, ResourceKind.ReplicaSets, ResourceKind.Pods }.Select(async kind =>
        {
            try
            {
                await foreach (var change in cluster.WatchAsync(kind, target.Namespace, null, null, stop.Token)) Interlocked.Exchange(ref last, Stopwatch.GetTimestamp());
            }
            catch (OperationCanceledException)
            {
                // The round is over.
            }
        }).ToList();
        var kubectl = KubectlAsync(target);
        var ending = await RolloutWatch.RunAsync(cluster, target, expected, DeploymentReading.Selector(written), TimeSpan.FromMinutes(5), SilentReporter.Instance, CancellationToken.None);
        var ended = Stopwatch.GetTimestamp();
        var seen = Interlocked.Read(ref last);
        var kubectlEnded = await kubectl;
        await stop.CancelAsync();
        await Task.WhenAll(watches);
        var rolledOut = ending.Timeline.First(entry => entry.Event.StartsWith("rolled out", StringComparison.Ordinal) || entry.Event.StartsWith("complete", StringComparison.Ordinal));
        return (Math.Max(0, Stopwatch.GetElapsedTime(seen, ended).TotalMilliseconds), (kubectlEnded - rolledOut.At).TotalMilliseconds);
    }

    private static async Task<DateTimeOffset> KubectlAsync(Target target)
    {
        string[] arguments = [.. target.Kubeconfig is { } file ? ["--kubeconfig", file] : (string[])[], .. target.Context is { } context ? ["--context", context] : (string[])[], "--namespace", target.Namespace, "rollout", "status", $"deployment/{target.Deployment}"];
        await ChildProgram.RunAsync("kubectl", arguments);
        return DateTimeOffset.UtcNow;
    }
}
