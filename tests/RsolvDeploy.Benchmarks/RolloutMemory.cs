using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Configuration;
using RsolvDeploy.Json;
using RsolvDeploy.Manifests;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollouts;

namespace RsolvDeploy.Benchmarks;

/// <summary>The memory of a process that watches a rollout of 10 pods and of 1,000 pods; each watch runs in a new process.</summary>
internal static class RolloutMemory
{
    private static readonly int[] Pods = [10, 1000];

    public static async Task RunAsync()
    {
        using var sandbox = await SandboxChild.StartAsync();
        foreach (var count in Pods)
        {
            var output = await ChildProgram.ReadAsync(
                "dotnet",
                typeof(RolloutMemory).Assembly.Location,
                "rollout-once",
                sandbox.Target.ConfigurationPath,
                count.ToString(CultureInfo.InvariantCulture));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {count,5} pods: {output.Trim()}"));
        }
    }

    /// <summary>The part of the child process: one rollout, then its memory.</summary>
    public static async Task OnceAsync(string configuration, int count)
    {
        var target = ConfigurationFile.Load(configuration).GetTarget("production") with
        {
            Rollout = new RolloutSettings { StableFor = TimeSpan.Zero, StartMarker = null },
        };
        using var cluster = ClusterClient.Connect(target, SilentReporter.Instance);
        await WatchAsync(cluster, target, new JsonObject { ["spec"] = new JsonObject { ["replicas"] = count } });
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        var sampling = SampleAsync(timer);
        await WatchAsync(
            cluster, target, DeploymentPatch.PodAnnotation("bench", count.ToString(CultureInfo.InvariantCulture)));
        timer.Dispose();
        var live = await sampling;
        var resident = (await File.ReadAllLinesAsync("/proc/self/status"))
            .First(line => line.StartsWith("VmHWM", StringComparison.Ordinal))
            .Split(':')[1]
            .Trim();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"live managed memory at most {(live - before) / 1024} kB above the {before / 1024} kB before; peak resident set {resident}; "
                + $"{GC.GetTotalAllocatedBytes() / 1024} kB allocated in all"));
    }

    // What is reachable, not what waits for a collection.
    private static async Task<long> SampleAsync(PeriodicTimer timer)
    {
        var most = 0L;
        do most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true));
        while (await timer.WaitForNextTickAsync());
        return most;
    }

    private static async Task WatchAsync(ClusterClient cluster, Target target, JsonObject patch)
    {
        var request = new PatchRequest(PatchKind.Merge, patch);
        var written = await cluster.PatchAsync(
            ResourceKind.Deployments, target.Namespace, target.Deployment, request, CancellationToken.None);
        var container = DeploymentReader.Container(written, target);
        var expected = new RolloutExpectation(
            target.Deployment,
            container,
            PodTemplate.Image(written.At("spec", "template"), container)!,
            DeploymentReader.Generation(written));
        var watch = new RolloutWatchRequest(target, expected, DeploymentReader.Selector(written), TimeSpan.FromMinutes(15));
        var ended = await new RolloutWatcher(cluster, SilentReporter.Instance, TimeProvider.System).RunAsync(watch, CancellationToken.None);
        if (ended.Verdict.Phase != RolloutPhase.Complete) throw new InvalidOperationException($"The rollout ended {ended.Verdict.Phase}.");
    }
}
