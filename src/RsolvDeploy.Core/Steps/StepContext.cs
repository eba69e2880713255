using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Redaction;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;
using RsolvDeploy.Services;
using RsolvDeploy.Tracing;

namespace RsolvDeploy.Steps;

/// <summary>The context of a step: the target, the run, the cluster, the ledger, the reporter and the confirmation.</summary>
internal sealed class StepContext : IDisposable
{
    /// <summary>The reason why a step that was not confirmed changed nothing.</summary>
    public const string NotConfirmed = "not done: -WhatIf, or the confirmation was declined";

    private readonly Lazy<ClusterClient> _cluster;
    private readonly bool _isOwn;
    private readonly Baseline? _baseline;

    /// <summary>Creates the context of one step.</summary>
    /// <param name="target">The environment to act on.</param>
    /// <param name="journal">The ledger entries of the step.</param>
    /// <param name="cluster">A connection that the caller owns; null to connect at first use.</param>
    public StepContext(Target target, StepJournal journal, ClusterClient? cluster = null)
    {
        (Target, Journal, _isOwn) = (target, journal, cluster is null);
        Redactor.Except(target.Name, target.Namespace, target.Deployment, target.Context, target.Image?.Repository, target.Url?.ToString());
        _cluster = new Lazy<ClusterClient>(() => Connect(cluster));
        Services = new ServiceAccess(target, () => Cluster, Redactor);
    }

    /// <summary>The environment to act on.</summary>
    public Target Target { get; }

    /// <summary>The ledger entries of the step.</summary>
    public StepJournal Journal { get; }

    /// <summary>The run.</summary>
    public string RunId => Journal.RunId;

    /// <summary>Where progress, warnings and messages are shown.</summary>
    public IReporter Reporter
    {
        get;
        init => field = Journal.Reporter = new RedactingReporter(value, Redactor);
    } = SilentReporter.Instance;

    /// <summary>Removes secret values from what leaves the module.</summary>
    public Redactor Redactor => Journal.Redactor;

    /// <summary>Confirms changes.</summary>
    public IConfirmation Confirmation { get; init; } = Unattended.Instance;

    /// <summary>Sends traces; null when nobody wants them.</summary>
    public TraceExporter? Traces { get; init; } = TraceExporter.FromEnvironment();

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The result of the previous step; null for none.</summary>
    public IStepResult? Previous { get; init; }

    /// <summary>The baseline from before the deployment; by default the one of the previous step. Null when it was not measured.</summary>
    public Baseline? Baseline { get => _baseline ?? Previous?.Baseline; init => _baseline = value; }

    /// <summary>The interrupted step that this one continues; null for a new one.</summary>
    public ResumedStep? Resumed { get; init; }

    /// <summary>Receives objects that a step outputs before it ends, such as a trigger that fires.</summary>
    public Func<object, CancellationToken, Task> Emit
    {
        get;
        init => field = (item, ct) => value(item is IStepResult result ? Redactor.Apply(result) : item, ct);
    } = (_, _) => Task.CompletedTask;

    /// <summary>The cluster of the target; connected at first use.</summary>
    /// <exception cref="Errors.DeployException">The kubeconfig or the context cannot be used.</exception>
    public ClusterClient Cluster => _cluster.Value;

    /// <summary>The access to the platform and to the services that watch it.</summary>
    public ServiceAccess Services { get; }

    /// <summary>The deployment, for people: <c>production/rsolv-platform in prod</c>.</summary>
    public string Subject => $"{Target.Namespace}/{Target.Deployment} in {ContextName}";

    // A question can be asked where the kubeconfig cannot be used; what follows it reports why.
    private string ContextName
    {
        get
        {
            try
            {
                return Cluster.ContextName;
            }
            catch (DeployException)
            {
                return Target.Context ?? "a cluster that cannot be reached";
            }
        }
    }

    /// <summary>Asks whether a change may be made.</summary>
    public Task<bool> ConfirmAsync(string subject, string change, CancellationToken ct) =>
        Confirmation.ConfirmAsync(subject, Redactor.Apply(change), ct);

    /// <summary>
    /// Acquires the lock of the deployment. From then on each write of the cluster client proves the lock and is recorded.
    /// </summary>
    /// <exception cref="Errors.DeployException"><c>DeploymentLocked</c>.</exception>
    public async Task<DeploymentLock> AcquireLockAsync(LockOptions options, CancellationToken ct)
    {
        var breaks = options.Break
            && await ConfirmAsync($"{Target.Namespace}/{Target.Deployment}", "Take the lock from the run that holds it", ct);
        var ledger = Journal.Ledger;
        var request = new LockRequest(RunId, options.WaitFor, breaks) { OwnsRun = true, Clock = Clock };
        var held = await DeploymentLock.AcquireAsync(Cluster, Target, request, Reporter, ct);
        ledger.Append(LedgerEvent.Lock, new LockAcquired(held.Holder, held.BrokenFrom));
        Cluster.Guard = ledger.GuardWrites(held);
        return held;
    }

    /// <summary>Records the writes of the cluster client without a lock. With a lock they are recorded already.</summary>
    public void RecordWrites() => Cluster.Guard ??= new WriteGuard(
        (what, write) => Journal.Ledger.GuardWrites(held: null).Record(what, write), _ => Task.CompletedTask);

    /// <summary>The context of another step of the same run; its changes need no further confirmation.</summary>
    public StepContext ForStep(StepKind kind, IStepResult? previous, ResumedStep? resumed) => new(Target, Journal.ForStep(kind))
    {
        Reporter = Reporter,
        Traces = Traces,
        Clock = Clock,
        Emit = Emit,
        Previous = previous,
        Resumed = resumed,
    };

    /// <summary>The context of another step of the same run, whose changes are confirmed.</summary>
    public StepContext ForStep(StepKind kind, IStepResult? previous, IConfirmation confirmation) => new(Target, Journal.ForStep(kind))
    {
        Reporter = Reporter,
        Traces = Traces,
        Clock = Clock,
        Emit = Emit,
        Previous = previous,
        Confirmation = confirmation,
    };

    /// <summary>The context of the same step on another target, such as staging. The ledger is that of the run.</summary>
    public StepContext ForTarget(Target other) => new(other, Journal)
    {
        Reporter = Reporter,
        Clock = Clock,
        Emit = Emit,
        Confirmation = Confirmation,
        Resumed = Resumed,
    };

    private ClusterClient Connect(ClusterClient? own)
    {
        var cluster = own ?? ClusterClient.Connect(Target, Reporter, Clock);
        cluster.Redactor = Redactor;
        return cluster;
    }

    /// <summary>Closes the connection to the cluster, unless the caller owns it.</summary>
    public void Dispose()
    {
        if (_isOwn && _cluster.IsValueCreated) _cluster.Value.Dispose();
    }
}
