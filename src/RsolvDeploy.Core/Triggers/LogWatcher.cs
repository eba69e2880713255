using System.Globalization;
using System.Text.RegularExpressions;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.Triggers;

/// <summary>Follows the logs of all pods of a deployment, also of those that come, and counts the lines that tell of something broken.</summary>
internal static class LogWatcher
{
    // A container that has no log yet, or whose stream was cut, is asked again after a while.
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);
    private const int LinesAtOnce = 2000;
    private static readonly TimeSpan PatternLimit = TimeSpan.FromSeconds(1);

    public static async Task WatchAsync(ClusterClient cluster, Target target, LogTrigger trigger, Func<string, Task> tell, CancellationToken ct)
    {
        var deployment = await cluster.GetAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, ct);
        var container = DeploymentReader.Container(deployment, target);
        var count = new LineCount(new Regex(trigger.Match, RegexOptions.None, PatternLimit), trigger);
        var followed = new Dictionary<string, (CancellationTokenSource Stop, Task Task)>(StringComparer.Ordinal);
        // A log that cannot be followed ends the watch: nobody may think that it is watched.
        using var all = CancellationTokenSource.CreateLinkedTokenSource(ct);
        // Of what runs already, only what it writes from now on.
        var since = DateTimeOffset.UtcNow;
        try
        {
            await foreach (var change in cluster.WatchAsync(new WatchRequest(ResourceKind.Pods, target.Namespace) { LabelSelector = DeploymentReader.Selector(deployment) }, all.Token))
            {
                if (change.Type == WatchEventType.Synced)
                {
                    since = DateTimeOffset.MinValue; // of pods that come, everything
                    continue;
                }

                var pod = PodReader.Name(change.Object);
                if (change.Type == WatchEventType.Deleted)
                {
                    if (followed.Remove(pod, out var gone)) await EndAsync(gone);
                }
                else if (!followed.ContainsKey(pod))
                {
                    var stop = CancellationTokenSource.CreateLinkedTokenSource(all.Token);
                    followed[pod] = (stop, FollowAsync(cluster, target.Namespace, pod, container, since, line => count.AddAsync(pod, line, DateTimeOffset.UtcNow, tell), all, stop.Token));
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
        try
        {
            await followed.Task;
        }
        catch (OperationCanceledException)
        {
            // It was stopped.
        }
        finally
        {
            followed.Stop.Dispose();
        }
    }

    private static async Task FollowAsync(ClusterClient cluster, string ns, string pod, string container, DateTimeOffset since, Func<string, Task> add, CancellationTokenSource all, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                await foreach (var line in cluster.ReadLogAsync(ns, pod, new LogOptions { Container = container, Follow = true, Timestamps = true, TailLines = LinesAtOnce }, ct))
                {
                    // A log that is opened again begins with what was read already.
                    var end = line.IndexOf(' ', StringComparison.Ordinal);
                    if (end < 0 || !DateTimeOffset.TryParse(line[..end], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) || at <= since) continue;
                    since = at;
                    await add(line[(end + 1)..]);
                }
            }
            catch (DeployException e) when (e.Id is "NotFound" or "Invalid" or "BadRequest" || e.Category is FaultCategory.ConnectionError or FaultCategory.OperationTimeout or FaultCategory.ResourceUnavailable or FaultCategory.ResourceBusy)
            {
                // It has none yet, or any more; whether the pod is gone says the watch.
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                await all.CancelAsync();
                throw;
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
