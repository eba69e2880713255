using System.Globalization;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;
using RsolvDeploy.Resilience;

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

    // Longer than any timer may run; the loop waits again.
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);
    private static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(2);

    private readonly string _lease = DeploymentLock.NameOf(target);
    private readonly string _activity = $"Waiting for the lock of {target.Deployment}";
    private readonly LeaseObservation _seen = new(request.Clock);
    private readonly Backoff _backoff = new(request.Clock);

    /// <summary>Acquires it.</summary>
    /// <returns>The Lease as the API server stored it, and the holder that it was taken from; null when it was free.</returns>
    /// <exception cref="DeployException"><c>DeploymentLocked</c>: another run holds it and did not release it in time.</exception>
    public async Task<(LeaseState Lease, string? BrokenFrom)> RunAsync(CancellationToken ct)
    {
        for (var attempt = 0; ; attempt++)
        {
            ct.ThrowIfCancellationRequested();
            var state = await cluster.FindAsync(ResourceKind.Leases, target.Namespace, _lease, ct) is { } found
                ? LeaseState.Read(found)
                : null;
            if (state is not null) _seen.Observe(state);
            var ours = request.OwnsRun && state?.Holder == request.Holder;
            var isFree = state is null || state.IsReleased || ours || _seen.UntilExpiry(state) <= TimeSpan.Zero;
            if (isFree || request.Break)
            {
                if (await TryTakeAsync(state, ct) is { } taken) return (taken, isFree ? null : Broken(state!));
                if (attempt > 0) await _backoff.WaitAsync(null, ct);
                continue;
            }

            await WaitAsync(state!, ct);
        }
    }

    private string Broken(LeaseState state)
    {
        reporter.Warning($"The lock of {target.Namespace}/{target.Deployment} was taken from {state.Holder} (-BreakLock). "
            + "If that run is still alive, its next write is rejected.");
        return state.Holder;
    }

    private async Task<LeaseState?> TryTakeAsync(LeaseState? state, CancellationToken ct)
    {
        var now = cluster.Now;
        var next = state?.Take(request.Holder, now) ?? new LeaseState(request.Holder, now, now, DeploymentLock.Lifetime, 0, "");
        try
        {
            var lease = next.ToLease(_lease, target.Namespace);
            return LeaseState.ReadStored(
                state is null
                    ? await cluster.CreateAsync(ResourceKind.Leases, target.Namespace, lease, dryRun: false, ct)
                    : await cluster.ReplaceAsync(ResourceKind.Leases, target.Namespace, _lease, lease, ct),
                request.Holder);
        }
        catch (DeployException e) when (e.Id is "Conflict" or "AlreadyExists" or "NotFound")
        {
            return null; // another run was first, or the Lease was deleted: read it again
        }
    }

    private async Task WaitAsync(LeaseState state, CancellationToken ct)
    {
        var untilExpiry = _seen.UntilExpiry(state);
        var left = request.WaitFor - _seen.Elapsed;
        // A run that died long ago is not refused: it is watched for as long as proves it.
        var isDead = _seen.Changes == 0 && LooksDead(state);
        if (left <= TimeSpan.Zero && !isDead) throw Locked(state);

        var wait = untilExpiry < left || isDead ? untilExpiry : left;
        reporter.Progress(new ProgressUpdate(
            _activity,
            $"held by {state.Holder}; it is free in {Seconds(untilExpiry)} unless it is renewed"
                + (isDead ? "" : $"; this run waits for {Seconds(left)}")));
        await WaitForChangeAsync(state, wait < LongestWait ? wait : LongestWait, ct);
        reporter.Progress(new ProgressUpdate(_activity, "done", 100, Completed: true));
    }

    // Only a reason to look for longer: the time is written by the holder's clock.
    private bool LooksDead(LeaseState state) => cluster.Now - state.Renewed > 2 * state.Expiry;

    private async Task WaitForChangeAsync(LeaseState state, TimeSpan wait, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(wait > ShortestWait ? wait : ShortestWait, request.Clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            await foreach (var change in cluster.WatchAsync(
                new WatchRequest(ResourceKind.Leases, target.Namespace) { FieldSelector = $"metadata.name={_lease}" }, both.Token))
            {
                if (change.Type == WatchEventType.Deleted) return;
                if (change.Type == WatchEventType.Synced) continue;
                if (LeaseState.Read(change.Object).Version != state.Version) return;
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // The Lease has expired, or the waiting time is over.
        }
        catch (DeployException e)
        {
            // Who may not watch Leases reads them.
            reporter.Verbose($"The lock of {target.Deployment} cannot be watched and is read instead: {e.Message}");
            await Task.Delay(wait < PollEvery ? wait : PollEvery, request.Clock, ct);
        }
    }

    private DeployException Locked(LeaseState state)
    {
        var since = state.Since == DateTimeOffset.MinValue
            ? ""
            : $" since {state.Since.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC (by that run's clock)";
        var waited = request.WaitFor <= TimeSpan.Zero ? ""
            : $" This run waited {Seconds(_seen.Elapsed)} for it; meanwhile the lock was "
                + (_seen.Changes > 0 ? $"renewed, last {Seconds(_seen.Unchanged)} ago." : "not renewed.");
        var expiry = state.Expiry.ToString("c", CultureInfo.InvariantCulture);
        return new DeployException("DeploymentLocked", FaultCategory.ResourceBusy,
            $"{target.Namespace}/{target.Deployment} is being changed by {state.Holder}{since}.{waited}",
            $"Wait for it with -WaitForLock: the lock of a run that died is free once it was seen unchanged for {expiry}. "
                + "-BreakLock takes the lock from a run that must not continue.")
        { Subject = _lease };
    }

    private static string Seconds(TimeSpan time) =>
        $"{Math.Ceiling(Math.Max(0, time.TotalSeconds)).ToString("0", CultureInfo.InvariantCulture)} s";
}
