using System.Globalization;
using System.Text.RegularExpressions;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Redaction;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Triggers;

/// <summary><c>trigger.database</c>: follows the logs of all pods of a deployment, also of those that start meanwhile, and counts the lines that match.</summary>
/// <param name="context">The step's context.</param>
/// <param name="trigger">The pattern, and how many lines within which time are too many.</param>
internal sealed class LogWatcher(StepContext context, LogTrigger trigger)
{
    // A container that has no log yet, or whose stream was cut, is read again after a while.
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);
    private const int LinesAtOnce = 2000;
    private static readonly TimeSpan PatternLimit = TimeSpan.FromSeconds(1);

    public async Task WatchAsync(Func<CheckOutcome, Task> report, CancellationToken ct)
    {
        var (cluster, target) = (context.Cluster, context.Target);
        var deployment = await cluster.GetAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, ct);
        var container = DeploymentReader.Container(deployment, target);
        var count = new LineCount(new Regex(trigger.Match, RegexOptions.None, PatternLimit), trigger);
        var followed = new Dictionary<string, (CancellationTokenSource Stop, Task Task)>(StringComparer.Ordinal);
        // A log that cannot be followed ends the watch: nobody may believe that it is watched.
        using var all = CancellationTokenSource.CreateLinkedTokenSource(ct);
        // Of pods that run already, only what they write from now on.
        var since = context.Clock.GetUtcNow();
        try
        {
            await foreach (var change in cluster.WatchAsync(ResourceKind.Pods, target.Namespace, DeploymentReader.Selector(deployment), null, all.Token))
            {
                if (change.Type == WatchEventType.Synced)
                {
                    since = DateTimeOffset.MinValue; // of pods that start later, everything
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
                    followed[pod] = (stop, FollowAsync(new Follow(pod, container, since, line => count.AddAsync(pod, line, context.Clock, report)), all, stop.Token));
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

    private async Task FollowAsync(Follow follow, CancellationTokenSource all, CancellationToken ct)
    {
        var since = follow.Since;
        while (true)
        {
            try
            {
                await foreach (var line in context.Cluster.ReadLogAsync(context.Target.Namespace, follow.Pod, new LogOptions { Container = follow.Container, Follow = true, Timestamps = true, TailLines = LinesAtOnce }, ct))
                {
                    // A log that is opened again begins with what was read already.
                    var end = line.IndexOf(' ', StringComparison.Ordinal);
                    if (end < 0 || !DateTimeOffset.TryParse(line[..end], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) || at <= since) continue;
                    since = at;
                    await follow.Add(line[(end + 1)..]);
                }
            }
            catch (DeployException e) when (e.Id is "NotFound" or "Invalid" or "BadRequest" || e.Category is FaultCategory.ConnectionError or FaultCategory.OperationTimeout or FaultCategory.ResourceUnavailable or FaultCategory.ResourceBusy)
            {
                // It has none yet, or any more; the watch shows whether the pod is gone.
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                await all.CancelAsync();
                throw;
            }

            await Task.Delay(Again, context.Clock, ct);
        }
    }

    private sealed record Follow(string Pod, string Container, DateTimeOffset Since, Func<string, Task> Add);

    // Several pods add at once.
    private sealed class LineCount(Regex match, LogTrigger trigger)
    {
        private readonly Queue<long> _lines = new();
        private bool _reported;

        public async Task AddAsync(string pod, string line, TimeProvider clock, Func<CheckOutcome, Task> report)
        {
            if (!match.IsMatch(line)) return;
            int count;
            lock (_lines)
            {
                _lines.Enqueue(clock.GetTimestamp());
                while (clock.GetElapsedTime(_lines.Peek()) > trigger.Within) _lines.Dequeue();
                count = _lines.Count;
                // Reported again only after it was well in between.
                if (count < trigger.Times) _reported = false;
                if (_reported || count < trigger.Times) return;
                _reported = true;
            }

            var shown = CredentialDetector.Recognize(line) is { } what ? $"(a line with {what} is left out)" : line;
            var evidence = $"{trigger.Times} lines within {trigger.Within} match the pattern of failed connections; the last, of {pod}: {shown}";
            await report(CheckOutcome.NotMet(evidence, TriggerWatcher.Remedy).Compared(0, count, "lines"));
        }
    }
}
