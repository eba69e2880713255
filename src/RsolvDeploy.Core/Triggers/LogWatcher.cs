using System.Globalization;
using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Triggers;

/// <summary>Follows the logs of all pods of a deployment, also of pods that start later, and counts the lines that match the trigger's pattern.</summary>
internal sealed class LogWatcher(ClusterClient cluster, Target target, LogTrigger trigger, IReporter reporter)
{
    // A container that has no log yet, or whose stream was cut, is asked again after a while.
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);
    private const int LinesAtOnce = 2000;

    private readonly LineCount _count = new(trigger, reporter);

    /// <summary>Watches until it is cancelled.</summary>
    /// <param name="fired">Gets the evidence each time the trigger fires.</param>
    /// <param name="ct">Ends it.</param>
    public async Task WatchAsync(Func<string, Task> fired, CancellationToken ct)
    {
        var deployment = (await cluster.GetAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, ct)).ReadAs<V1Deployment>();
        var container = DeploymentReader.Container(deployment, target);
        var followed = new Dictionary<string, (CancellationTokenSource Stop, Task Task)>(StringComparer.Ordinal);
        // A log that cannot be followed ends the watch: nobody may think that it is watched.
        using var all = CancellationTokenSource.CreateLinkedTokenSource(ct);
        // Of what runs already, only what it writes from now on.
        var since = DateTimeOffset.UtcNow;
        try
        {
            await foreach (var change in cluster.WatchAsync(ResourceKind.Pods, target.Namespace, DeploymentReader.Selector(deployment), null, all.Token))
            {
                if (change.Type == WatchEventType.Synced)
                {
                    since = DateTimeOffset.MinValue; // of pods that come, everything
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
                    followed[pod] = (stop, FollowAsync(new LogStream(pod, container, since), line => _count.AddAsync(pod, line, fired), all, stop.Token));
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
                await foreach (var line in cluster.ReadLogAsync(target.Namespace, log.Pod, options, ct))
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

    private sealed record LogStream(string Pod, string Container, DateTimeOffset Since);
}
