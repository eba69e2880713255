using System.Management.Automation;
using System.Runtime.ExceptionServices;
using RsolvDeploy.Binding;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Redaction;
using RsolvDeploy.Reporting;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Pipeline;

/// <summary>
/// Base of all cmdlets: runs <see cref="ProcessAsync"/> off the pipeline thread, carries its output, prompts and reports to the pipeline
/// thread, cancels it on Ctrl+C and turns its exceptions into error records.
/// </summary>
public abstract class RsolvCmdlet : PSCmdlet, IDisposable
{
    private const string FileSystem = "FileSystem";

    private readonly CancellationTokenSource _stopping = new();
    private PipelineQueue? _queue;
    private Redactor? _redactor;
    private int _pipelineThread;
    private string? _folder;

    /// <summary>Where progress, warnings and messages are shown.</summary>
    internal IReporter Reporter { get; private set; } = SilentReporter.Instance;

    /// <summary>The clock.</summary>
    internal TimeProvider Clock => field ??= ModuleSession.For(this).Clock;

    /// <summary>Processes one input object.</summary>
    /// <param name="cancellationToken">Cancelled by Ctrl+C and when a later command of the pipeline stops it.</param>
    /// <returns>The work.</returns>
    protected abstract Task ProcessAsync(CancellationToken cancellationToken);

    /// <summary>The work after the last input object; null when there is none.</summary>
    private protected virtual Func<CancellationToken, Task>? Ending => null;

    /// <summary>Processes one input object, which may stand for several.</summary>
    private protected virtual Task ProcessInputAsync(CancellationToken ct) => ProcessAsync(ct);

    /// <summary>
    /// Resolves the paths that were specified, before each input object. Runs on the pipeline thread, which alone may use the session
    /// state.
    /// </summary>
    /// <exception cref="DeployException">A path cannot be resolved.</exception>
    private protected virtual void ResolvePaths()
    {
    }

    /// <inheritdoc/>
    protected sealed override void ProcessRecord()
    {
        try
        {
            ResolvePaths();
        }
        catch (DeployException e)
        {
            WriteError(FaultRecord.Create(e, null, Redactor));
            return;
        }

        Run(ProcessInputAsync);
    }

    /// <inheritdoc/>
    protected sealed override void EndProcessing()
    {
        if (Ending is { } ending) Run(ending);
    }

    private void Run(Func<CancellationToken, Task> processing)
    {
        if (ParameterRule.FindProblem(this) is { } problem) ThrowTerminatingError(FaultRecord.Create(problem, null, Redactor));
        using var input = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        using var queue = new PipelineQueue(input);
        var progress = new PipelineProgress(queue, this, Clock);
        _folder = CurrentFolder;
        (_pipelineThread, _queue) = (Environment.CurrentManagedThreadId, queue);
        Reporter = new RedactingReporter(new PipelineReporter(queue, progress.View, this), Redactor);
        var work = Task.Run(() => processing(input.Token), CancellationToken.None);
        try
        {
            Pump(queue, work, input);
        }
        finally
        {
            (_queue, _folder) = (null, null);
            Reporter = SilentReporter.Instance;
            progress.CompleteAll();
        }

        Finish(work);
    }

    /// <inheritdoc/>
    protected sealed override void StopProcessing() => _stopping.Cancel();

    /// <summary>Writes an object to the pipeline, without secret values, and waits until the next command has taken it.</summary>
    internal Task EmitAsync(object value, CancellationToken cancellationToken) =>
        Queue.InvokeAsync(() => { WriteObject(Redactor.ApplyToOutput(value)); return true; }, cancellationToken);

    /// <summary>Shows a line on the host, as Write-Host does. A line after the end of the work is dropped.</summary>
    internal void PostLine(string line) => _queue?.Post(
        () => WriteInformation(new HostInformationMessage { Message = line }, ["PSHOST"]));

    /// <summary>Writes an error record that does not stop the command.</summary>
    internal Task EmitErrorAsync(DeployException error, object? target, CancellationToken cancellationToken) =>
        Queue.InvokeAsync(() => { WriteError(FaultRecord.Create(error, target, Redactor)); return true; }, cancellationToken);

    /// <summary>Connects to the cluster of a target. The redactor learns the credentials and the Secrets that are read.</summary>
    /// <exception cref="DeployException">As <see cref="ClusterClient.Connect"/>.</exception>
    private protected ClusterClient Connect(Target target)
    {
        var cluster = ClusterClient.Connect(target, Reporter, Clock);
        cluster.Redactor = Redactor;
        return cluster;
    }

    /// <summary>The current folder of the session, where relative paths begin.</summary>
    internal string CurrentFolder => _folder ?? SessionState.Path.CurrentFileSystemLocation.ProviderPath;

    /// <summary>The state of the session. It is not thread-safe: only the pipeline thread may use it.</summary>
    /// <exception cref="InvalidOperationException">Another thread asks for it.</exception>
    internal new SessionState SessionState => _queue is null || Environment.CurrentManagedThreadId == _pipelineThread
        ? base.SessionState
        : throw new InvalidOperationException("Only the pipeline thread may use the session state. Resolve paths in ResolvePaths.");

    /// <summary>The full path of a path that the operator specified, relative to the current folder of the session.</summary>
    /// <remarks>Only on the pipeline thread.</remarks>
    /// <exception cref="DeployException">The path is not one of the file system.</exception>
    internal string? FullPath(string? path)
    {
        if (path is null) return null;
        try
        {
            var full = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
            return provider.Name == FileSystem ? full : throw FilePath.OtherProvider(path, provider.Name);
        }
        catch (SessionStateException e)
        {
            throw FilePath.Unknown(path, e);
        }
    }

    /// <summary>Asks whether a change may be made; honors <c>-WhatIf</c> and <c>-Confirm</c>.</summary>
    internal Task<bool> ConfirmAsync(string target, string action, CancellationToken cancellationToken) =>
        Queue.InvokeAsync(() => ShouldProcess(TextRedaction.Visible(target), Redactor.Apply(action)), cancellationToken);

    /// <summary>Runs a call on the pipeline thread, which alone may prompt.</summary>
    internal Task<T> OnPipelineAsync<T>(Func<T> call, CancellationToken cancellationToken) => Queue.InvokeAsync(call, cancellationToken);

    /// <summary>Whether changes are only previewed: <c>-WhatIf</c>, or the <c>$WhatIfPreference</c> of the session.</summary>
    internal Task<bool> IsWhatIfAsync(CancellationToken cancellationToken) => Queue.InvokeAsync(
        () => MyInvocation.BoundParameters.TryGetValue("WhatIf", out var whatIf)
            ? whatIf is SwitchParameter { IsPresent: true }
            : LanguagePrimitives.IsTrue(SessionState.PSVariable.GetValue("WhatIfPreference")),
        cancellationToken);

    /// <summary>Whether nothing is to be asked: <c>-Confirm:$false</c>, or the <c>$ConfirmPreference</c> None of the session. Only on the
    /// pipeline thread.</summary>
    internal bool IsConfirmedBeforehand => MyInvocation.BoundParameters.TryGetValue("Confirm", out var confirm)
        ? confirm is SwitchParameter { IsPresent: false }
        : SessionState.PSVariable.GetValue("ConfirmPreference") is ConfirmImpact.None;

    /// <summary>Whether the operator stopped the command.</summary>
    internal bool IsStopped => _stopping.IsCancellationRequested;

    /// <summary>Releases what the command holds.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the command holds.</summary>
    /// <param name="disposing">Whether <see cref="Dispose()"/> was called, not the finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        _stopping.Dispose();
    }

    /// <summary>Removes secret values from what is shown.</summary>
    internal Redactor Redactor => _redactor ??= ModuleSession.For(this).Redactor;

    private PipelineQueue Queue =>
        _queue ?? throw new InvalidOperationException("The cmdlet can only write while it processes an input object.");

    // When a write stops the pipeline (Select-Object -First, -ErrorAction Stop, Ctrl+C), the work is cancelled and awaited before the
    // exception continues, so that nothing runs behind the prompt.
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

        var exception = work.Exception?.InnerException ?? new OperationCanceledException("The command was cancelled unexpectedly.");
        switch (exception)
        {
            case PipelineStoppedException or IContainsErrorRecord:
                ExceptionDispatchInfo.Throw(exception);
                break;
            default:
                WriteError(FaultRecord.Create(exception, null, Redactor));
                break;
        }
    }
}
