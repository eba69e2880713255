using k8s.Models;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Triggers;

/// <summary>
/// <c>trigger.crashloop</c>: a container that crashes repeatedly for longer than it may. The time runs from the first repeated crash until
/// the container stays up or its pod is gone.
/// </summary>
/// <param name="context">The step's context.</param>
/// <param name="longest">How long a container may crash repeatedly.</param>
internal sealed class CrashLoopTrigger(StepContext context, TimeSpan longest)
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    // By the id of the pod and the container's name.
    private readonly Dictionary<(string Uid, string Container), (string Pod, CrashSequence Crashes)> _containers = [];

    public async Task WatchAsync(Func<CheckOutcome, Task> report, CancellationToken ct)
    {
        var workloads = await OwnedPods.ListWorkloadsAsync(context.Cluster, context.Target, ct);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var watches = workloads.Select(one => FollowAsync(one.Pods, stop.Token)).ToList();
        try
        {
            using var timer = new PeriodicTimer(Period, context.Clock);
            while (await timer.WaitForNextTickAsync(ct))
            {
                if (watches.Find(one => one.IsFaulted) is { } failed) await failed;
                foreach (var (container, since) in Overdue())
                {
                    var evidence =
                        $"{container} has crashed repeatedly since {since.Started.UtcDateTime:HH:mm:ss} UTC, longer than {longest}";
                    await report(
                        CheckOutcome.NotMet(evidence, TriggerWatcher.Remedy).Compared(longest.TotalSeconds, since.Elapsed.TotalSeconds));
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(watches).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private List<(string Container, CheckTimer Since)> Overdue()
    {
        lock (_containers)
        {
            var overdue = _containers.Where(one => one.Value.Crashes is { IsOverdue: true, IsReported: false }).ToList();
            foreach (var one in overdue) one.Value.Crashes.IsReported = true;
            return [.. overdue.Select(one => ($"Container {one.Key.Container} of {one.Value.Pod}", one.Value.Crashes.Since!.Value))];
        }
    }

    private async Task FollowAsync(OwnedPods pods, CancellationToken ct)
    {
        await foreach (var change in pods.WatchAsync(ct))
        {
            if (change.Type == WatchEventType.Synced) continue;
            var pod = change.Object.ReadAs<V1Pod>();
            lock (_containers)
            {
                if (change.Type == WatchEventType.Deleted || PodReader.IsTerminating(pod)) Remove(pod);
                else Observe(pod);
            }
        }
    }

    private void Remove(V1Pod pod)
    {
        foreach (var key in _containers.Keys.Where(key => key.Uid == pod.Uid()).ToList()) _containers.Remove(key);
    }

    private void Observe(V1Pod pod)
    {
        foreach (var status in PodReader.InitStatuses(pod).Concat(PodReader.Statuses(pod)))
        {
            var key = (pod.Uid() ?? "", status.Name);
            if (!_containers.TryGetValue(key, out var known))
                _containers[key] = known = (pod.Name(), new CrashSequence(longest, context.Clock));
            known.Crashes.Observe(status, HasToEnd(pod, status.Name));
        }
    }

    // A sidecar is an init container that runs on.
    private static bool HasToEnd(V1Pod pod, string container) =>
        (pod.Spec?.InitContainers ?? []).Any(one => one.Name == container && one.RestartPolicy != "Always");
}
