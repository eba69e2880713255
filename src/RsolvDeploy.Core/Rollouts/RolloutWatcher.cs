using System.Threading.Channels;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Rollouts;

/// <summary>Watches a rollout to its end: one list and one watch for each kind, no polling.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="reporter">Gets the progress.</param>
/// <param name="time">The clock.</param>
internal sealed class RolloutWatcher(ClusterClient cluster, IReporter reporter, TimeProvider time)
{
    /// <summary>What was observed when the watch ended.</summary>
    /// <param name="Verdict">The last verdict; still Progressing when the time ran out.</param>
    /// <param name="Timeline">What happened when.</param>
    internal sealed record Result(RolloutVerdict Verdict, IReadOnlyList<TimelineEntry> Timeline);

    /// <summary>Watches until the rollout is complete and has stayed so, has failed, or the time is over.</summary>
    public async Task<Result> RunAsync(RolloutWatchRequest request, CancellationToken ct)
    {
        var (ns, selector) = (request.Target.Namespace, request.Selector);
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var changes = Channel.CreateUnbounded<RolloutChange>(new UnboundedChannelOptions { SingleReader = true });
        var (workloads, revisions) = WorkloadKinds.WatchedFor(request.Expectation.Kind);
        Task[] sources =
        [
            FeedAsync(
                new WatchSource(workloads, ns, null, $"metadata.name={request.Expectation.Deployment}"),
                changes.Writer,
                watching.Token),
            FeedAsync(new WatchSource(revisions, ns, selector, null), changes.Writer, watching.Token),
            FeedAsync(new WatchSource(ResourceKind.Pods, ns, selector, null), changes.Writer, watching.Token),
            FeedAsync(new WatchSource(ResourceKind.Events, ns, null, null), changes.Writer, watching.Token),
        ];
        var logs = new FailingPodLogs(cluster, request, reporter, watching.Token);
        var activity = $"Rolling out {ns}/{request.Target.Deployment}";
        try
        {
            return await new RolloutFollower(request, new RolloutTimeline(activity, logs), time).RunAsync(
                changes.Reader, sources.Length, ct);
        }
        finally
        {
            await logs.CompleteAsync(time);
            await watching.CancelAsync();
            await Task.WhenAll(sources);
            reporter.Progress(new ProgressUpdate(activity, "done", 100, Completed: true));
        }
    }

    private async Task FeedAsync(WatchSource source, ChannelWriter<RolloutChange> changes, CancellationToken ct)
    {
        try
        {
            await foreach (var change in cluster.WatchAsync(
                new WatchRequest(source.Kind, source.Namespace)
                {
                    LabelSelector = source.Labels,
                    FieldSelector = source.Fields,
                    Patient = true,
                },
                ct))
            {
                changes.TryWrite(new RolloutChange(source.Kind, change));
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The rollout has ended, and its watches with it.
        }
        catch (Exception e)
        {
            changes.TryComplete(e);
        }
    }

    private sealed record WatchSource(ResourceKind Kind, string Namespace, string? Labels, string? Fields);
}
