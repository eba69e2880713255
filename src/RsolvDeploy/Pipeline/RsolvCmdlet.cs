using System.Management.Automation;
using System.Runtime.ExceptionServices;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;

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

    /// <inheritdoc/>
    protected sealed override void ProcessRecord()
    {
        using var input = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        using var queue = new PipelineQueue(input);
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
    internal Task EmitAsync(object value, CancellationToken cancellationToken) =>
        Queue.AskAsync(() => { WriteObject(value); return true; }, cancellationToken);

    /// <summary>Writes an error record that does not stop the command.</summary>
    internal Task EmitErrorAsync(DeployException fault, object? target, CancellationToken cancellationToken) =>
        Queue.AskAsync(() => { WriteError(FaultRecord.Create(fault, target)); return true; }, cancellationToken);

    /// <summary>Asks something that only the pipeline thread can tell.</summary>
    internal Task<T> OnPipelineAsync<T>(Func<T> call, CancellationToken cancellationToken) => Queue.AskAsync(call, cancellationToken);

    /// <summary>The current folder of the session, where relative paths begin.</summary>
    internal string CurrentFolder => SessionState.Path.CurrentFileSystemLocation.ProviderPath;

    /// <summary>A path the operator gave, seen from the session's current folder.</summary>
    internal string? FullPath(string? path) => path is null ? null : GetUnresolvedProviderPathFromPSPath(path);

    /// <summary>Asks whether a change may be made; answers <c>-WhatIf</c> and <c>-Confirm</c>.</summary>
    internal Task<bool> ConfirmAsync(string target, string action, CancellationToken cancellationToken) =>
        Queue.AskAsync(() => ShouldProcess(target, action), cancellationToken);

    /// <summary>Whether only to say what would be done: <c>-WhatIf</c>, or the session's preference for it.</summary>
    internal Task<bool> IsWhatIfAsync(CancellationToken cancellationToken) => Queue.AskAsync(
        () => MyInvocation.BoundParameters.TryGetValue("WhatIf", out var given) ? given is SwitchParameter { IsPresent: true } : LanguagePrimitives.IsTrue(SessionState.PSVariable.GetValue("WhatIfPreference")),
        cancellationToken);

    /// <summary>Whether the operator stopped the command.</summary>
    internal bool IsStopped => _stopping.IsCancellationRequested;

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
                WriteError(FaultRecord.Create(fault, null));
                break;
        }
    }
}
