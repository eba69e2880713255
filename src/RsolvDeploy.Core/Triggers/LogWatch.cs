using System.Text.RegularExpressions;
using RsolvDeploy.Cluster;
using RsolvDeploy.Configuration;
using RsolvDeploy.Errors;
using RsolvDeploy.Rollouts;

namespace RsolvDeploy.Triggers;

/// <summary>Follows the logs of all pods of a deployment, also of those that come, and counts the lines that tell of something broken.</summary>
internal static class LogWatch
{
    // A container that has no log yet, or whose stream was cut, is asked again after a while.
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PatternLimit = TimeSpan.FromSeconds(1);

    public static async Task WatchAsync(ClusterClient cluster, Target target, LogTrigger trigger, Func<string, Task> tell, CancellationToken ct)
    {
        var deployment = await cluster.GetAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, ct);
        var container = DeploymentReading.Container(deployment, target);
        var count = new LineCount(new Regex(trigger.Match, RegexOptions.None, PatternLimit), trigger);
        var followed = new Dictionary<string, (CancellationTokenSource Stop, Task Task)>(StringComparer.Ordinal);
        try
        {
            await foreach (var change in cluster.WatchAsync(ResourceKind.Pods, target.Namespace, DeploymentReading.Selector(deployment), null, ct))
            {
                if (change.Type == WatchEventType.Synced) continue;
                var pod = PodReading.Name(change.Object);
                if (change.Type == WatchEventType.Deleted)
                {
                    if (followed.Remove(pod, out var gone)) await EndAsync(gone);
                }
                else if (!followed.ContainsKey(pod))
                {
                    var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
                    followed[pod] = (stop, FollowAsync(cluster, target.Namespace, pod, container, line => count.AddAsync(pod, line, DateTimeOffset.UtcNow, tell), stop.Token));
                }
            }
        }
        finally
        {
            foreach (var one in followed.Values) await EndAsync(one);
        }
    }

    private static async Task EndAsync((CancellationTokenSource Stop, Task Task) followed)
    {
        await followed.Stop.CancelAsync();
        await followed.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        followed.Stop.Dispose();
    }

    private static async Task FollowAsync(ClusterClient cluster, string ns, string pod, string container, Func<string, Task> add, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                await foreach (var line in cluster.ReadLogAsync(ns, pod, new LogOptions { Container = container, Follow = true, SinceSeconds = 1 }, ct)) await add(line);
            }
            catch (DeployException)
            {
                // It has none yet, or any more; whether the pod is gone says the watch.
            }

            await Task.Delay(Again, ct);
        }
    }

    // Several pods add at once.
    private sealed class LineCount(Regex match, LogTrigger trigger)
    {
        private readonly Queue<DateTimeOffset> _seen = new();
        private bool _told;

        public async Task AddAsync(string pod, string line, DateTimeOffset now, Func<string, Task> tell)
        {
            if (!match.IsMatch(line)) return;
            lock (_seen)
            {
                _seen.Enqueue(now);
                while (now - _seen.Peek() > trigger.Within) _seen.Dequeue();
                // Told again only after it was well in between.
                if (_seen.Count < trigger.Times) _told = false;
                if (_told || _seen.Count < trigger.Times) return;
                _told = true;
            }

            var shown = CredentialDetector.Recognize(line) is { } what ? $"(a line with {what} is left out)" : line;
            await tell($"{trigger.Times} lines within {trigger.Within} tell of failed connections; the last, of {pod}: {shown}");
        }
    }
}
