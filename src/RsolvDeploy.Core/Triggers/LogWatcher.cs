using System.Globalization;
using k8s.Models;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Triggers;

/// <summary>
/// <c>trigger.database</c>: follows the logs of all pods of a deployment, also of pods that start later, and counts the
/// lines that match the pattern.
/// </summary>
/// <param name="context">The step's context.</param>
/// <param name="trigger">The pattern, and how many lines within which time are too many.</param>
internal sealed class LogWatcher(StepContext context, LogTrigger trigger)
{
    // A container that has no log yet, or whose stream was cut, is read again after a while.
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);
    private const int LinesAtOnce = 2000;

    private readonly LineCount _count = new(trigger, context.Reporter, context.Clock);

    /// <summary>Watches until it is cancelled.</summary>
    /// <param name="report">Receives the outcome each time the trigger fires.</param>
    /// <param name="ct">Ends it.</param>
    public async Task WatchAsync(Func<CheckOutcome, Task> report, CancellationToken ct)
    {
        var workloads = await OwnedPods.ListWorkloadsAsync(context.Cluster, context.Target, ct);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var watches = workloads.Select(one => WatchAsync(one.Pods, one.Container, report, stop.Token)).ToList();
        if (watches.Count == 0) await Task.Delay(Timeout.InfiniteTimeSpan, context.Clock, ct);
        // Without one of its workloads the release must not seem to be watched.
        var first = await Task.WhenAny(watches);
        await stop.CancelAsync();
        await Task.WhenAll(watches).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
    }

    private async Task WatchAsync(OwnedPods pods, string container, Func<CheckOutcome, Task> report, CancellationToken ct)
    {
        var followed = new Dictionary<string, (CancellationTokenSource Stop, Task Task)>(StringComparer.Ordinal);
        // A log that cannot be followed ends the watch: it must not seem to be watched.
        using var all = CancellationTokenSource.CreateLinkedTokenSource(ct);
        // Of pods that run already, only what they write from now on.
        var since = context.Cluster.Now;
        try
        {
            await foreach (var change in pods.WatchAsync(all.Token))
            {
                if (change.Type == WatchEventType.Synced)
                {
                    since = DateTimeOffset.MinValue; // of pods that start later, everything
                    continue;
                }

                var pod = change.Object.ReadAs<V1Pod>().Name();
                if (change.Type == WatchEventType.Deleted)
                {
                    if (followed.Remove(pod, out var gone)) await EndAsync(gone);
                }
                else if (!followed.ContainsKey(pod))
                {
                    var stop = CancellationTokenSource.CreateLinkedTokenSource(all.Token);
                    followed[pod] = (stop, FollowAsync(
                        new LogStream(pod, container, since), line => _count.AddAsync(pod, line, report), all, stop.Token));
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

    private async Task FollowAsync(LogStream log, Func<string, Task> add, CancellationTokenSource all, CancellationToken ct)
    {
        var since = log.Since;
        var options = new LogOptions { Container = log.Container, Follow = true, Timestamps = true, TailLines = LinesAtOnce };
        while (true)
        {
            try
            {
                await foreach (var line in context.Cluster.ReadLogAsync(context.Target.Namespace, log.Pod, options, ct))
                {
                    // A log that is opened again begins with what was read already.
                    var end = line.IndexOf(' ', StringComparison.Ordinal);
                    if (end < 0
                        || !DateTimeOffset.TryParse(line[..end], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                        || at <= since)
                    {
                        continue;
                    }

                    since = at;
                    await add(line[(end + 1)..]);
                }
            }
            catch (DeployException e) when (e.Id is "NotFound" or "Invalid"
                || e.Category is FaultCategory.ConnectionError or FaultCategory.OperationTimeout or FaultCategory.ResourceUnavailable
                    or FaultCategory.ResourceBusy)
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

    private sealed record LogStream(string Pod, string Container, DateTimeOffset Since);
}
