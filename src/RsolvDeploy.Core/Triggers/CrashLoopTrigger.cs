using k8s.Models;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Triggers;

/// <summary>
/// <c>trigger.crashloop</c>: a pod that crashes repeatedly for longer than it may. The time runs from the first back-off
/// until the pod is ready or gone.
/// </summary>
/// <param name="context">The step's context.</param>
/// <param name="longest">How long a pod may be in a crash loop.</param>
internal sealed class CrashLoopTrigger(StepContext context, TimeSpan longest)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortPeriod = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<string, (CheckTimer Since, bool Reported)> _loops = new(StringComparer.Ordinal);

    public async Task WatchAsync(Func<CheckOutcome, Task> report, CancellationToken ct)
    {
        var target = context.Target;
        var deployment = await context.Cluster.GetAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, ct);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var watching = FollowAsync(DeploymentReader.Selector(deployment), stop.Token);
        try
        {
            using var timer = new PeriodicTimer(longest > Period ? Period : ShortPeriod, context.Clock);
            while (await timer.WaitForNextTickAsync(ct))
            {
                if (watching.IsFaulted) await watching;
                foreach (var (pod, since) in Overdue())
                {
                    var evidence = $"{pod} has been in a crash loop since {since.Started.UtcDateTime:HH:mm:ss} UTC, longer than {longest}";
                    await report(
                        CheckOutcome.NotMet(evidence, TriggerWatcher.Remedy).Compared(longest.TotalSeconds, since.Elapsed.TotalSeconds));
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private List<(string Pod, CheckTimer Since)> Overdue()
    {
        lock (_loops)
        {
            var overdue = _loops
                .Where(loop => !loop.Value.Reported && loop.Value.Since.Elapsed > longest)
                .Select(loop => (loop.Key, loop.Value.Since))
                .ToList();
            foreach (var (pod, since) in overdue) _loops[pod] = (since, true);
            return overdue;
        }
    }

    private async Task FollowAsync(string selector, CancellationToken ct)
    {
        await foreach (var change in context.Cluster.WatchAsync(
            new WatchRequest(ResourceKind.Pods, context.Target.Namespace) { LabelSelector = selector }, ct))
        {
            if (change.Type == WatchEventType.Synced) continue;
            lock (_loops)
            {
                var pod = change.Object.ReadAs<V1Pod>();
                var name = pod.Name();
                if (change.Type == WatchEventType.Deleted || PodReader.IsReady(pod)) _loops.Remove(name);
                else if (IsBackingOff(pod)) _loops.TryAdd(name, (CheckTimer.Start(context.Clock), false));
            }
        }
    }

    private static bool IsBackingOff(V1Pod pod) => PodReader.StateOf(pod, "").Phase == "CrashLoopBackOff";
}
