using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Runs;

/// <summary>
/// Lets one run at a time change a deployment: a Lease in its namespace, renewed while the run lives, free again some seconds after it died.
/// Before each write a run proves that the lock is still its own, so that one that slept cannot write late.
/// </summary>
internal sealed class DeploymentLock : IAsyncDisposable
{
    private const int Attempts = 5;
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(10);

    private readonly ClusterClient _cluster;
    private readonly Target _target;
    private readonly IReporter _reporter;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _one = new(1);
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _renewing;
    private LeaseState _state;
    private DeployException? _lost;

    private DeploymentLock(ClusterClient cluster, Target target, LeaseState state, IReporter reporter, TimeProvider time)
    {
        (_cluster, _target, _state, _reporter, _time) = (cluster, target, state, reporter, time);
        _renewing = RenewAsync(_ended.Token);
    }

    /// <summary>Who holds it: the user, the machine and the run.</summary>
    public string Holder => _state.Holder;

    /// <summary>From whom it was taken by -BreakLock; null when nobody held it.</summary>
    public string? BrokenFrom { get; private init; }

    public static string NameOf(Target target) => $"rsolv-lock-{target.Deployment}";

    /// <summary>Takes the lock.</summary>
    /// <exception cref="DeployException"><c>DeploymentLocked</c>: somebody else holds it, and did not let go in time.</exception>
    public static async Task<DeploymentLock> AcquireAsync(
        ClusterClient cluster, Target target, string runId, LockRequest request, IReporter reporter, CancellationToken ct, TimeProvider? clock = null)
    {
        var time = clock ?? TimeProvider.System;
        var holder = $"{Environment.UserName}@{Environment.MachineName} run {runId}";
        var deadline = time.GetUtcNow() + request.WaitFor;
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var found = await cluster.FindAsync(ResourceKind.Leases, target.Namespace, NameOf(target), ct);
            var state = found is null ? null : LeaseState.Read(found);
            var now = time.GetUtcNow();
            var left = request.OwnsRun && state?.Holder == holder;
            if (state is null || state.IsFree(now) || left || request.Break)
            {
                if (await TryTakeAsync(cluster, target, found, state, holder, now, ct) is not { } taken) continue;
                var broken = state is not null && !left && !state.IsFree(now) ? state.Holder : null;
                if (broken is not null) reporter.Warning($"The lock of {target.Namespace}/{target.Deployment} was taken from {broken} (-BreakLock). If that run lives, its next write is refused.");
                return new DeploymentLock(cluster, target, taken, reporter, time) { BrokenFrom = broken };
            }

            if (now >= deadline) throw Locked(target, state, now, request);
            reporter.Progress(new ProgressUpdate($"Waiting for the lock of {target.Deployment}", $"held by {state.Holder}"));
            await WaitAsync(cluster, target, state, deadline, time, ct);
            reporter.Progress(new ProgressUpdate($"Waiting for the lock of {target.Deployment}", "done", 100, Completed: true));
        }
    }

    /// <summary>Proves that the lock is still held, by renewing it; to be called right before each write.</summary>
    /// <exception cref="DeployException"><c>LockLost</c>: somebody else holds it now. Nothing may be written any more.</exception>
    public async Task ProveAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            if (_lost is not null) throw _lost;
            _state = await RenewOnceAsync(ct);
        }
        catch (DeployException e) when (e.Id is "Conflict" or "NotFound")
        {
            throw _lost = Lost(e);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Proves the lock before each write that it stands around.</summary>
    public WriteGuard GuardWriteAsync => async (what, write, ct) =>
    {
        await ProveAsync(ct);
        return await write();
    };

    // A conflict alone does not say that the lock is lost: somebody may only have put a label on it. Who holds it does.
    private async Task<LeaseState> RenewOnceAsync(CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await PutAsync(Holder, ct);
            }
            catch (DeployException e) when (e.Id == "Conflict" && attempt < Attempts)
            {
                var now = LeaseState.Read(await _cluster.GetAsync(ResourceKind.Leases, _target.Namespace, NameOf(_target), ct));
                if (now.Holder != _state.Holder || now.Transitions != _state.Transitions) throw;
                _state = now;
            }
        }
    }

    /// <summary>Lets go of it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _renewing;
        if (_lost is null)
        {
            try
            {
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
                await PutAsync("", limit.Token);
            }
            catch (Exception e) when (e is DeployException or OperationCanceledException)
            {
                _reporter.Verbose($"The lock of {_target.Deployment} was not given back ({e.Message}); it ends by itself in {Lifetime.TotalSeconds:0} s.");
            }
        }

        _ended.Dispose();
        _one.Dispose();
    }

    private async Task RenewAsync(CancellationToken ct)
    {
        try
        {
            using var timer = new PeriodicTimer(RenewEvery, _time);
            while (await timer.WaitForNextTickAsync(ct))
            {
                try
                {
                    await ProveAsync(ct);
                }
                catch (DeployException e) when (e.Id != "LockLost")
                {
                    _reporter.Verbose($"The lock was not renewed and is tried again: {e.Message}");
                }
            }
        }
        catch (DeployException e)
        {
            _reporter.Warning(e.Message); // the next write says it as an error
        }
        catch (OperationCanceledException)
        {
            // It is given back.
        }
    }

    private async Task<LeaseState> PutAsync(string holder, CancellationToken ct)
    {
        var body = Body(_target, holder, _state.Since, _time.GetUtcNow(), _state.Transitions, _state.Version);
        return LeaseState.Read(await _cluster.ReplaceAsync(ResourceKind.Leases, _target.Namespace, NameOf(_target), body, dryRun: false, ct));
    }

    private static async Task<LeaseState?> TryTakeAsync(ClusterClient cluster, Target target, JsonObject? found, LeaseState? state, string holder, DateTimeOffset now, CancellationToken ct)
    {
        try
        {
            var body = Body(target, holder, now, now, (state?.Transitions ?? -1) + 1, state?.Version);
            return LeaseState.Read(found is null
                ? await cluster.CreateAsync(ResourceKind.Leases, target.Namespace, body, dryRun: false, ct)
                : await cluster.ReplaceAsync(ResourceKind.Leases, target.Namespace, NameOf(target), body, dryRun: false, ct));
        }
        catch (DeployException e) when (e.Id is "Conflict" or "AlreadyExists" or "NotFound")
        {
            return null; // somebody was first, or it was just deleted: look again
        }
    }

    private static async Task WaitAsync(ClusterClient cluster, Target target, LeaseState state, DateTimeOffset deadline, TimeProvider time, CancellationToken ct)
    {
        var until = state.Expires < deadline ? state.Expires : deadline;
        var longest = until - time.GetUtcNow();
        using var limit = new CancellationTokenSource(longest > TimeSpan.FromMilliseconds(100) ? longest : TimeSpan.FromMilliseconds(100), time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            await foreach (var change in cluster.WatchAsync(ResourceKind.Leases, target.Namespace, null, $"metadata.name={NameOf(target)}", both.Token))
            {
                if (change.Type == WatchEventType.Deleted) return;
                if (change.Type != WatchEventType.Synced && LeaseState.Read(change.Object) is var now && (now.Holder != state.Holder || now.Version != state.Version)) return;
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // It has expired, or the waiting is over.
        }
    }

    private static JsonObject Body(Target target, string holder, DateTimeOffset since, DateTimeOffset renewed, int transitions, string? version) => new()
    {
        ["apiVersion"] = ResourceKind.Leases.ApiVersion,
        ["kind"] = ResourceKind.Leases.Kind,
        ["metadata"] = new JsonObject { ["name"] = NameOf(target), ["namespace"] = target.Namespace, ["resourceVersion"] = version },
        ["spec"] = new JsonObject
        {
            ["holderIdentity"] = holder,
            ["acquireTime"] = LeaseState.Stamp(since),
            ["renewTime"] = LeaseState.Stamp(renewed),
            ["leaseDurationSeconds"] = (int)Lifetime.TotalSeconds,
            ["leaseTransitions"] = transitions,
        },
    };

    private static DeployException Locked(Target target, LeaseState state, DateTimeOffset now, LockRequest request) =>
        new("DeploymentLocked", FaultCategory.ResourceBusy,
            $"{target.Namespace}/{target.Deployment} is being changed by {state.Holder}, since {state.Since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC; it last showed that it lives {Math.Max(0, (now - state.Renewed).TotalSeconds):0} s ago."
            + (request.WaitFor > TimeSpan.Zero ? $" It was waited for {request.WaitFor}." : ""),
            $"Wait for it with -WaitForLock; a run that died lets go after {Lifetime.TotalSeconds:0} s by itself. -BreakLock takes the lock from a run that must not go on.")
        { Subject = NameOf(target) };

    private DeployException Lost(Exception inner) =>
        new("LockLost", FaultCategory.ResourceBusy,
            $"The lock of {_target.Namespace}/{_target.Deployment} was lost: another run holds it now. Nothing more is written by this one.",
            "Look at what the other run does (Get-RsolvHistory, kubectl get lease), then run again.", inner)
        { Subject = NameOf(_target) };
}
