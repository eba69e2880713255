using System.Globalization;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Runs;

/// <summary>
/// Acquires the Lease of a deployment: immediately when it is free, after waiting for its holder, or by breaking the lock.
/// </summary>
/// <param name="cluster">The cluster.</param>
/// <param name="target">The deployment.</param>
/// <param name="request">The run, and how it acquires the lock.</param>
/// <param name="reporter">Where waiting is shown.</param>
internal sealed class LockAcquisition(ClusterClient cluster, Target target, LockRequest request, IReporter reporter)
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(100);

    private readonly string _lease = DeploymentLock.NameOf(target);
    private readonly string _activity = $"Waiting for the lock of {target.Deployment}";

    /// <summary>Acquires it.</summary>
    /// <returns>The Lease as the API server stored it, and the holder that it was taken from; null when it was free.</returns>
    /// <exception cref="DeployException"><c>DeploymentLocked</c>: another run holds it and did not release it in time.</exception>
    public async Task<(LeaseState Lease, string? BrokenFrom)> RunAsync(CancellationToken ct)
    {
        var started = request.Clock.GetTimestamp();
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var state = await cluster.FindAsync(ResourceKind.Leases, target.Namespace, _lease, ct) is { } found
                ? LeaseState.Read(found)
                : null;
            var now = request.Clock.GetUtcNow();
            var ours = request.OwnsRun && state?.Holder == request.Holder;
            if (state is null || state.IsFree(now) || ours || request.Break)
            {
                if (await TryTakeAsync(state, now, ct) is not { } taken) continue;
                return (taken, state is null || ours || state.IsFree(now) ? null : Broken(state));
            }

            var left = request.WaitFor - request.Clock.GetElapsedTime(started);
            if (left <= TimeSpan.Zero) throw Locked(state, now);
            reporter.Progress(new ProgressUpdate(_activity, $"held by {state.Holder}"));
            await WaitAsync(state, left, ct);
            reporter.Progress(new ProgressUpdate(_activity, "done", 100, Completed: true));
        }
    }

    private string Broken(LeaseState state)
    {
        reporter.Warning($"The lock of {target.Namespace}/{target.Deployment} was taken from {state.Holder} (-BreakLock). "
            + "If that run is still alive, its next write is rejected.");
        return state.Holder;
    }

    private async Task<LeaseState?> TryTakeAsync(LeaseState? state, DateTimeOffset now, CancellationToken ct)
    {
        var next = new LeaseState(request.Holder, now, now, DeploymentLock.Lifetime, (state?.Transitions ?? -1) + 1, state?.Version ?? "");
        try
        {
            var lease = next.ToLease(_lease, target.Namespace);
            return LeaseState.Read(state is null
                ? await cluster.CreateAsync(ResourceKind.Leases, target.Namespace, lease, dryRun: false, ct)
                : await cluster.ReplaceAsync(ResourceKind.Leases, target.Namespace, _lease, lease, ct));
        }
        catch (DeployException e) when (e.Id is "Conflict" or "AlreadyExists" or "NotFound")
        {
            return null; // another run was first, or the Lease was deleted: read it again
        }
    }

    private async Task WaitAsync(LeaseState state, TimeSpan left, CancellationToken ct)
    {
        var untilExpiry = state.Expires - request.Clock.GetUtcNow();
        var wait = untilExpiry < left ? untilExpiry : left;
        using var limit = new CancellationTokenSource(wait > ShortestWait ? wait : ShortestWait, request.Clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            await foreach (var change in cluster.WatchAsync(
                new WatchRequest(ResourceKind.Leases, target.Namespace) { FieldSelector = $"metadata.name={_lease}" }, both.Token))
            {
                if (change.Type == WatchEventType.Deleted) return;
                if (change.Type == WatchEventType.Synced) continue;
                var now = LeaseState.Read(change.Object);
                if (now.Holder != state.Holder || now.Version != state.Version) return;
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // The Lease has expired, or the waiting time is over.
        }
    }

    private DeployException Locked(LeaseState state, DateTimeOffset now)
    {
        var since = state.Since.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        var age = Math.Max(0, (now - state.Renewed).TotalSeconds).ToString("0", CultureInfo.InvariantCulture);
        var waited = request.WaitFor > TimeSpan.Zero ? $" This run waited {request.WaitFor} for it." : "";
        return new DeployException("DeploymentLocked", FaultCategory.ResourceBusy,
            $"{target.Namespace}/{target.Deployment} is being changed by {state.Holder} since {since} UTC; "
                + $"its lock was renewed {age} s ago.{waited}",
            $"Wait for it with -WaitForLock; the lock of a run that died expires after {DeploymentLock.Lifetime.TotalSeconds:0} s. "
                + "-BreakLock takes the lock from a run that must not continue.")
        { Subject = _lease };
    }
}
