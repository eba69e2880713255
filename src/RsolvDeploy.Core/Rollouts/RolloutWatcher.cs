using System.Threading.Channels;

using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Rollouts;

/// <summary>Watches a rollout to its end: one list and one watch for each kind, no polling.</summary>
internal static class RolloutWatcher
{
    /// <summary>What was seen when it ended.</summary>
    /// <param name="Verdict">The last verdict; still Progressing when the time ran out.</param>
    /// <param name="Timeline">What happened when.</param>
    internal sealed record Result(RolloutVerdict Verdict, IReadOnlyList<TimelineEntry> Timeline);

    /// <summary>Watches until it is complete and has stayed so, has failed, or the time is over.</summary>
    public static async Task<Result> RunAsync(
        ClusterClient cluster, Target target, RolloutExpectation expected, string selector, TimeSpan timeout, IReporter reporter, CancellationToken ct)
    {
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var changes = Channel.CreateUnbounded<(ResourceKind Kind, WatchEvent Change)>(new UnboundedChannelOptions { SingleReader = true });
        Task[] sources =
        [
            FeedAsync(cluster, ResourceKind.Deployments, target.Namespace, null, $"metadata.name={expected.Deployment}", changes.Writer, watching.Token),
            FeedAsync(cluster, ResourceKind.ReplicaSets, target.Namespace, selector, null, changes.Writer, watching.Token),
            FeedAsync(cluster, ResourceKind.Pods, target.Namespace, selector, null, changes.Writer, watching.Token),
            FeedAsync(cluster, ResourceKind.Events, target.Namespace, null, null, changes.Writer, watching.Token),
        ];
        try
        {
            return await FollowAsync(new RolloutState(expected), changes.Reader, sources.Length, target, timeout, reporter, ct);
        }
        finally
        {
            await watching.CancelAsync();
            await Task.WhenAll(sources);
            reporter.Progress(new ProgressUpdate(Activity(target), "done", 100, Completed: true));
        }
    }

    private static async Task<Result> FollowAsync(
        RolloutState state, ChannelReader<(ResourceKind Kind, WatchEvent Change)> changes, int kinds, Target target, TimeSpan timeout, IReporter reporter, CancellationToken ct)
    {
        var end = DateTimeOffset.UtcNow + timeout;
        var timeline = new List<TimelineEntry>();
        StabilizationWindow? stable = null;
        var completing = false;
        var synced = 0;
        while (true)
        {
            while (changes.TryRead(out var seen))
            {
                if (seen.Change.Type == WatchEventType.Synced) synced++;
                state = state.Apply(seen.Kind, seen.Change);
            }

            var now = DateTimeOffset.UtcNow;
            var verdict = state.Judge(now);
            if (synced == kinds)
            {
                Note(timeline, now, verdict, reporter, target);
                if (verdict.Phase == RolloutPhase.Failed) return new Result(verdict, timeline);
                if (stable?.Died(state) is { } died)
                {
                    verdict = verdict with { Phase = RolloutPhase.Failed, Cause = died };
                    Note(timeline, now, verdict, reporter, target);
                    return new Result(verdict, timeline);
                }

                // It begins anew when a pod was moved away, but what ran at its beginning is remembered.
                stable = verdict.Phase == RolloutPhase.Complete ? completing ? stable : StabilizationWindow.Begin(state, now) : stable;
                completing = verdict.Phase == RolloutPhase.Complete;
                if (completing && now - stable!.Since >= target.Rollout.StableFor) return new Result(verdict, timeline);
            }

            if (now >= end) return new Result(verdict with { Phase = RolloutPhase.Progressing }, timeline);
            await WaitAsync(changes, Next(now, end, completing ? stable!.Since + target.Rollout.StableFor : null, verdict.Cause), ct);
        }
    }

    // The next instant at which a verdict may change although nothing happens: the end, the end of the stable time, the end of patience.
    private static TimeSpan Next(DateTimeOffset now, DateTimeOffset end, DateTimeOffset? stable, Diagnosis? cause)
    {
        var next = stable is { } at && at < end ? at : end;
        if (cause is not null && now + TimeSpan.FromSeconds(1) < next) next = now + TimeSpan.FromSeconds(1);
        return next > now ? next - now : TimeSpan.Zero;
    }

    private static async Task WaitAsync(ChannelReader<(ResourceKind Kind, WatchEvent Change)> changes, TimeSpan longest, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(longest);
        try
        {
            // A source that failed completes the channel with its fault, which this throws.
            if (!await changes.WaitToReadAsync(limit.Token)) throw new InvalidOperationException("The watch ended although nobody ended it.");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // The instant has come.
        }
    }

    private static async Task FeedAsync(
        ClusterClient cluster, ResourceKind kind, string ns, string? labels, string? fields, ChannelWriter<(ResourceKind Kind, WatchEvent Change)> changes, CancellationToken ct)
    {
        try
        {
            await foreach (var change in cluster.WatchAsync(new WatchRequest(kind, ns) { LabelSelector = labels, FieldSelector = fields, Patient = true }, ct)) changes.TryWrite((kind, change));
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

    private static void Note(List<TimelineEntry> timeline, DateTimeOffset now, RolloutVerdict verdict, IReporter reporter, Target target)
    {
        var text = verdict.Phase == RolloutPhase.Complete ? $"complete: {verdict.Summary}" : verdict.RolledOut ? $"rolled out: {verdict.Summary}" : verdict.Summary;
        if (timeline.Count > 0 && timeline[^1].Event == text) return;
        timeline.Add(new TimelineEntry(now, text));
        reporter.Verbose(text);
        int? percent = verdict.Desired > 0 ? Math.Min(100, 100 * verdict.Ready / verdict.Desired) : null;
        reporter.Progress(new ProgressUpdate(Activity(target), text, percent));
    }

    private static string Activity(Target target) => $"Rolling out {target.Namespace}/{target.Deployment}";
}
