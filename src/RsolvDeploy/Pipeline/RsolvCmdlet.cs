using System.Management.Automation;
using System.Runtime.ExceptionServices;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollbacks.Configuration;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Pipeline;

/// <summary>
/// Base of all cmdlets: runs <see cref="ProcessAsync"/> off the pipeline thread, pumps what it writes, asks and reports back to that
/// thread, cancels it on Ctrl+C and turns its faults into error records.
/// </summary>
public abstract class RsolvCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private PipelineQueue? _queue;

    /// <summary>Where the step reports its progress.</summary>
    internal IReporter Reporter { get; private set; } = SilentReporter.Instance;

    /// <summary>Does the work for one input object.</summary>
    /// <param name="cancellationToken">Cancelled by Ctrl+C and when a later command of the pipeline stops it.</param>
    /// <returns>The work.</returns>
    protected abstract Task ProcessAsync(CancellationToken cancellationToken);

    /// <summary>What the command writes into the ledger of its run.</summary>
    internal RunRecorder Record { get; private set; } = null!;

    /// <inheritdoc/>
    protected override void BeginProcessing() => Record = new RunRecorder(MyInvocation.MyCommand.Name, PlannedPipeline.Add(this));

    /// <inheritdoc/>
    protected sealed override void ProcessRecord()
    {
        using var queue = new PipelineQueue();
        using var input = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var progress = new PipelineProgress(queue, WriteProgress);
        _queue = queue;
        Reporter = new PipelineReporter(queue, progress, this);
        var work = Task.Run(() => ProcessAsync(input.Token), CancellationToken.None);
        try
        {
            Pump(queue, work, input);
        }
        finally
        {
            _queue = null;
            Reporter = SilentReporter.Instance;
            progress.CompleteAll();
        }

        Finish(work);
    }

    /// <inheritdoc/>
    protected sealed override void StopProcessing() => _stopping.Cancel();

    /// <summary>Writes an object to the pipeline and waits until the next command has taken it.</summary>
    /// <remarks>The result of a step carries on what was wrong before the deployment, when the step before it knew.</remarks>
    internal Task EmitAsync(object value, CancellationToken cancellationToken)
    {
        var carried = value is IStepResult { Baseline: null } step && Input?.Step?.Baseline is { } baseline ? step.WithBaseline(baseline) : value;
        if (carried is IStepResult result) Record.Record(result);
        return Queue.AskAsync(() => { WriteObject(carried); return true; }, cancellationToken);
    }

    /// <summary>Writes an error record that does not stop the command.</summary>
    internal Task EmitErrorAsync(DeployException fault, object? target, CancellationToken cancellationToken) =>
        Queue.AskAsync(() => { WriteError(FaultRecord.Create(fault, target)); return true; }, cancellationToken);

    /// <summary>Runs a step and writes its result. A step that did not succeed still flows, and an error record says so; a fault flows as a failed result.</summary>
    /// <param name="step">The step.</param>
    /// <param name="failed">The result when the step could not give one.</param>
    /// <param name="errorId">The error's id when the step gave a result that did not succeed.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal async Task<T> EmitStepAsync<T>(Func<Task<StepOutcome<T>>> step, Func<T> failed, string errorId, CancellationToken cancellationToken)
        where T : class, IStepResult
    {
        T result;
        DeployException? fault;
        try
        {
            (result, fault) = await step();
            fault ??= StepFault.From(result, errorId);
        }
        catch (DeployException e)
        {
            (result, fault) = (failed(), e);
        }

        await EmitAsync(result, cancellationToken);
        if (fault is not null) await EmitErrorAsync(fault, result, cancellationToken);
        return result;
    }

    /// <summary>Asks something that only the pipeline thread can tell.</summary>
    internal Task<T> OnPipelineAsync<T>(Func<T> call, CancellationToken cancellationToken) => Queue.AskAsync(call, cancellationToken);

    /// <summary>The current folder of the session, where relative paths begin.</summary>
    internal string CurrentFolder => SessionState.Path.CurrentFileSystemLocation.ProviderPath;

    /// <summary>Why a step that was not confirmed did nothing.</summary>
    internal const string NotConfirmed = "not done: -WhatIf, or the confirmation was declined";

    /// <summary>A path the operator gave, seen from the session's current folder.</summary>
    internal string? FullPath(string? path) => path is null ? null : GetUnresolvedProviderPathFromPSPath(path);

    /// <summary>The run of the step before, or a new one.</summary>
    internal static string RunIdOf(TargetReference target) => target.Step?.RunId ?? RunId.New(DateTimeOffset.UtcNow);

    /// <summary>Asks whether a change may be made; answers <c>-WhatIf</c> and <c>-Confirm</c>.</summary>
    internal Task<bool> ConfirmAsync(string target, string action, CancellationToken cancellationToken) =>
        Queue.AskAsync(() => ShouldProcess(target, action), cancellationToken);

    /// <summary>Whether only to say what would be done: <c>-WhatIf</c>, or the session's preference for it.</summary>
    internal Task<bool> IsWhatIfAsync(CancellationToken cancellationToken) => Queue.AskAsync(
        () => MyInvocation.BoundParameters.TryGetValue("WhatIf", out var given) ? given is SwitchParameter { IsPresent: true } : LanguagePrimitives.IsTrue(SessionState.PSVariable.GetValue("WhatIfPreference")),
        cancellationToken);

    /// <summary>Takes the lock of a deployment; taking it from another run asks first. From then on each write of the client proves it and is recorded.</summary>
    internal async Task<DeploymentLock> LockAsync(ClusterClient cluster, Target target, string runId, TimeSpan waitFor, bool breakLock, CancellationToken cancellationToken)
    {
        var breaks = breakLock && await ConfirmAsync($"{target.Namespace}/{target.Deployment}", "Take the lock from the run that holds it", cancellationToken);
        var ledger = Record.Open(target, runId);
        var held = await DeploymentLock.AcquireAsync(cluster, target, runId, new LockRequest(waitFor, breaks) { OwnsRun = true }, Reporter, cancellationToken);
        ledger.Append(LedgerEvent.Lock, new JsonObject { ["holder"] = held.Holder, ["brokenFrom"] = held.BrokenFrom });
        cluster.Guard = ledger.GuardWrites(held);
        return held;
    }

    /// <summary>Records the writes of a client that need no lock; where it holds one, they are recorded already. The run has a ledger from the first one on.</summary>
    internal void RecordWrites(ClusterClient cluster, Target target, string runId) =>
        cluster.Guard ??= (what, write, ct) => Record.Open(target, runId).GuardWrites(held: null)(what, write, ct);

    /// <summary>Adds a way back to the history.</summary>
    internal Task RememberAsync(ClusterClient cluster, Rollback undone, string? keptBefore, CancellationToken cancellationToken) => RememberAsync(
        cluster,
        undone.Target,
        new Release(undone.Image ?? "", DateTimeOffset.UtcNow) { Revision = undone.Revision, Status = undone.Status, IsRollback = true, RunId = undone.RunId, Reason = undone.Reason + (undone.MigrationsCrossed.Count == 0 ? "" : $" (-AllowSchemaMismatch, across {string.Join(", ", undone.MigrationsCrossed)})"), ConfigurationBefore = keptBefore },
        cancellationToken);

    /// <summary>Adds a release to the history. That it cannot be written does not fail what was done: it is warned of.</summary>
    internal async Task RememberAsync(ClusterClient cluster, Target target, Release release, CancellationToken cancellationToken)
    {
        try
        {
            await new ReleaseHistory(cluster, target).AppendAsync(release with { By = RunLedger.Actor, Ledger = RunLedger.FindOpen(release.RunId)?.Head }, cancellationToken);
            if ((release.Configuration ?? release.ConfigurationBefore) is not null) await new ConfigurationSnapshot(cluster, target).PruneAsync(cancellationToken);
        }
        catch (DeployException e)
        {
            Reporter.Warning($"The release is not in the history: {e.Message} {e.Remedy}");
        }
    }

    /// <summary>Releases what the command holds.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the command holds.</summary>
    /// <param name="disposing">Whether it was asked for, not forced by the finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        Record?.Complete(_stopping.IsCancellationRequested);
        _stopping.Dispose();
    }

    private PipelineQueue Queue => _queue ?? throw new InvalidOperationException("Output is only possible while an input is being processed.");

    // When a write stops the pipeline (Select-Object -First, -ErrorAction Stop, Ctrl+C), the work is cancelled and awaited before the
    // flow control goes on, so that nothing runs on behind the prompt.
    private static void Pump(PipelineQueue queue, Task work, CancellationTokenSource input)
    {
        try
        {
            queue.PumpUntil(work);
        }
        catch
        {
            input.Cancel();
            queue.DrainUntil(work);
            throw;
        }
    }

    private void Finish(Task work)
    {
        if (work.IsCompletedSuccessfully) return;
        if (_stopping.IsCancellationRequested) throw new PipelineStoppedException();

        var fault = work.Exception?.InnerException ?? new OperationCanceledException("The work was cancelled although nobody asked for it.");
        switch (fault)
        {
            case PipelineStoppedException or IContainsErrorRecord:
                ExceptionDispatchInfo.Throw(fault);
                break;
            default:
                WriteError(FaultRecord.Create(fault, FaultSubject));
                break;
        }
    }

    /// <summary>What came down the pipeline; null for a command that takes no step's result.</summary>
    private protected virtual TargetReference? Input => null;

    /// <summary>What an error is about when it does not say so itself.</summary>
    private protected virtual object? FaultSubject => null;
}
