using RsolvDeploy.Cluster.Client;
using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Triggers;

/// <summary>A pod that crashes again and again for longer than it may. The time runs from the first back-off until the pod is ready or gone.</summary>
internal static class CrashLoopTrigger
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    public static async Task WatchAsync(ClusterClient cluster, Target target, TimeSpan longest, Func<string, Task> tell, CancellationToken ct)
    {
        var deployment = await cluster.GetAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, ct);
        var since = new Dictionary<string, (DateTimeOffset At, bool Told)>(StringComparer.Ordinal);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var watching = FollowAsync(cluster, target, DeploymentReader.Selector(deployment), since, stop.Token);
        try
        {
            using var timer = new PeriodicTimer(longest > Look ? Look : TimeSpan.FromMilliseconds(100));
            while (await timer.WaitForNextTickAsync(ct))
            {
                if (watching.IsFaulted) await watching;
                foreach (var (pod, at) in Overdue(since, longest)) await tell($"{pod} has been in a crash loop since {at.UtcDateTime:HH:mm:ss} UTC, longer than {longest}");
            }
        }
        finally
        {
            await stop.CancelAsync();
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static List<(string Pod, DateTimeOffset At)> Overdue(Dictionary<string, (DateTimeOffset At, bool Told)> since, TimeSpan longest)
    {
        lock (since)
        {
            var overdue = since.Where(entry => !entry.Value.Told && TimeProvider.System.GetUtcNow() - entry.Value.At > longest).Select(entry => (entry.Key, entry.Value.At)).ToList();
            foreach (var (pod, at) in overdue) since[pod] = (at, true);
            return overdue;
        }
    }

    private static async Task FollowAsync(ClusterClient cluster, Target target, string selector, Dictionary<string, (DateTimeOffset At, bool Told)> since, CancellationToken ct)
    {
        await foreach (var change in cluster.WatchAsync(new WatchRequest(ResourceKind.Pods, target.Namespace) { LabelSelector = selector }, ct))
        {
            if (change.Type == WatchEventType.Synced) continue;
            lock (since)
            {
                var pod = change.Object.ReadAs<V1Pod>();
                var name = pod.Name();
                if (change.Type == WatchEventType.Deleted || PodReader.IsReady(pod)) since.Remove(name);
                else if (IsBackingOff(pod)) since.TryAdd(name, (TimeProvider.System.GetUtcNow(), false));
            }
        }
    }

    private static bool IsBackingOff(V1Pod pod) => PodReader.StateOf(pod, "").Phase == "CrashLoopBackOff";
}
