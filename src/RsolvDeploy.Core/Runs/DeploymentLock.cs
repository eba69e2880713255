using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;
using RsolvDeploy.Resilience;

namespace RsolvDeploy.Runs;

/// <summary>
/// The lock that lets one run at a time change a deployment: a Lease in its namespace, renewed while the run is alive. It expires soon
/// after the process dies. Before each write the run proves that it still holds the lock, so that a suspended process cannot write later.
/// </summary>
internal sealed class DeploymentLock : IAsyncDisposable
{
    /// <summary>How long the lock is valid without a renewal.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(10);

    // A connection that died while the machine slept answers nothing; the next attempt takes another one, long before the lock expires.
    private static readonly TimeSpan RenewLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ReleaseLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ReleaseRetry = TimeSpan.FromMilliseconds(200);

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

    /// <summary>The holder: the user, the machine and the run.</summary>
    public string Holder => _state.Holder;

    /// <summary>The holder that -BreakLock took the lock from; null when it was free.</summary>
    public string? BrokenFrom { get; private init; }

    /// <summary>How the names of locks begin.</summary>
    public const string Prefix = "rsolv-lock-";

    /// <summary>The name of the Lease of a deployment.</summary>
    public static string NameOf(Target target) => $"{Prefix}{target.Deployment}";

    /// <summary>Acquires the lock.</summary>
    /// <exception cref="DeployException"><c>DeploymentLocked</c>: another run holds it and did not release it in time.</exception>
    public static async Task<DeploymentLock> AcquireAsync(
        ClusterClient cluster, Target target, LockRequest request, IReporter reporter, CancellationToken ct)
    {
        var (lease, broken) = await new LockAcquisition(cluster, target, request, reporter).RunAsync(ct);
        return new DeploymentLock(cluster, target, lease, reporter, request.Clock) { BrokenFrom = broken };
    }

    /// <summary>Releases the lock that a killed process of a run left. Whoever calls it has the ledger of the run open.</summary>
    /// <exception cref="DeployException">An error of the API server; the lock expires.</exception>
    public static async Task ReleaseAbandonedAsync(ClusterClient cluster, Target target, string runId, CancellationToken ct)
    {
        if (await cluster.FindAsync(ResourceKind.Leases, target.Namespace, NameOf(target), ct) is not { } found) return;
        var state = LeaseState.Read(found);
        if (state.Holder != LockRequest.AtOnce(runId).Holder) return;
        var lease = (state with { Holder = "", Renewed = cluster.Now }).ToLease(NameOf(target), target.Namespace);
        await cluster.ReplaceAsync(ResourceKind.Leases, target.Namespace, NameOf(target), lease, ct);
    }

    /// <summary>Proves that the lock is still held by renewing it. Runs right before each attempt of a write.</summary>
    /// <exception cref="DeployException">
    /// <c>LockLost</c>: another run holds it, or the Lease is gone; this run must not write any more. Anything else: it is not proven, and
    /// the attempt is not made.
    /// </exception>
    public async Task ProveAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            if (_lost is not null) throw _lost;
            _state = await WriteOverOwnAsync(Holder, ct);
        }
        catch (DeployException e) when (e.Id is "NotFound" or "LockLost")
        {
            throw _lost = e.Id == "LockLost" ? e : Lost("its Lease was deleted", e);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Releases the lock.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _renewing;
        if (_lost is null)
        {
            try
            {
                using var limit = new CancellationTokenSource(ReleaseLimit, _time);
                // Without an answer it may be released: the next attempt then finds no holder, which is as well.
                var retries = new RetryOptions((_, error) => error is ApiException { Transient: true }, 2, ReleaseRetry) { Time = _time };
                await new RetryPolicy(retries).RunAsync(token => WriteOverOwnAsync("", token), limit.Token);
            }
            catch (Exception e)
            {
                // Whatever it is, the lock expires.
                _reporter.Verbose($"The lock of {_target.Deployment} was not released ({e.Message}); it expires in {_state.Expiry:c}.");
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
                    using var limit = new CancellationTokenSource(RenewLimit, _time);
                    using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
                    await ProveAsync(both.Token);
                }
                catch (Exception e) when (e is not DeployException { Id: "LockLost" } && !ct.IsCancellationRequested)
                {
                    _reporter.Verbose($"The lock was not renewed, and the renewal is repeated: {e.Message}");
                }
            }
        }
        catch (DeployException e)
        {
            _reporter.Warning(e.Message); // the next write reports it as an error
        }
        catch (OperationCanceledException)
        {
            // The lock is being released.
        }
    }

    // A conflict alone does not mean that the lock is lost: an operator may have set a label on it. The holder decides.
    private async Task<LeaseState> WriteOverOwnAsync(string holder, CancellationToken ct)
    {
        var own = _state;
        var conflict = false;
        return await ConflictRetry.UpdateAsync(
            async token =>
            {
                if (conflict) own = await ReadOwnAsync(token);
                conflict = true;
                var lease = (own with { Holder = holder, Renewed = _cluster.Now }).ToLease(NameOf(_target), _target.Namespace);
                return LeaseState.ReadStored(
                    await _cluster.ReplaceAsync(ResourceKind.Leases, _target.Namespace, NameOf(_target), lease, token), holder);
            },
            ct);
    }

    private async Task<LeaseState> ReadOwnAsync(CancellationToken ct)
    {
        var now = LeaseState.Read(await _cluster.GetAsync(ResourceKind.Leases, _target.Namespace, NameOf(_target), ct));
        return now.Holder == _state.Holder && now.Transitions == _state.Transitions ? now
            : throw Lost(now.IsReleased ? "another run released it" : $"{now.Holder} holds it", null);
    }

    private DeployException Lost(string why, Exception? inner) =>
        new("LockLost", FaultCategory.ResourceBusy,
            $"The lock of {_target.Namespace}/{_target.Deployment} was lost: {why}. This run makes no further change.",
            "Find out what the other run changes (Get-RsolvHistory, kubectl get lease), then run the command again.", inner)
        { Subject = NameOf(_target) };
}
