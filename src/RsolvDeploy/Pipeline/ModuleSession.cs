using System.Collections;
using System.Collections.Concurrent;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using RsolvDeploy.Completion;
using RsolvDeploy.Redaction;
using RsolvDeploy.Runs;
using RsolvDeploy.Sandboxes;

namespace RsolvDeploy.Pipeline;

/// <summary>
/// The state of the imported module in one session: the open ledgers, the running pipelines and the sandboxes. The first command
/// that needs it creates it; it ends with the module or with its runspace.
/// </summary>
internal sealed class ModuleSession : IDisposable
{
    // In the private data of the module, one table for each import.
    private const string Key = "RsolvDeploy.Session";

    // PowerShell 7.6 and later: the stop token of a pipeline. It only identifies the pipeline here.
    private static readonly Func<Cmdlet, CancellationToken>? StopToken =
        typeof(Cmdlet).GetProperty("PipelineStopToken")?.GetMethod?.CreateDelegate<Func<Cmdlet, CancellationToken>>();

    // What this holds is the clock of the commands; a rehearsal or a test sets it. Without it the clock is the system's.
    private const string ClockKey = "RsolvDeploy.Clock";

    private readonly Dictionary<CancellationToken, CommandPipeline> _pipelines = [];
    private readonly Runspace _runspace;
    private int _disposed;

    /// <summary>Creates the state of a session.</summary>
    /// <param name="runspace">The session's runspace.</param>
    public ModuleSession(Runspace runspace)
    {
        _runspace = runspace;
        runspace.StateChanged += OnStateChanged;
    }

    /// <summary>The ledgers that this session has open.</summary>
    public OpenLedgers Ledgers { get; } = new();

    /// <summary>Removes the secret values that this session has read from what it shows and records.</summary>
    public Redactor Redactor => Ledgers.Redactor;

    /// <summary>What completers have read for this session.</summary>
    public CompletionCache Completions { get; } = new(TimeProvider.System);

    /// <summary>The sandboxes that this session has started, by process id.</summary>
    public ConcurrentDictionary<int, SandboxProcess> Sandboxes { get; } = new();

    /// <summary>The clock that limits, delays and times of day are read from.</summary>
    public TimeProvider Clock { get; private init; } = TimeProvider.System;

    /// <summary>The session of a command; to be called once, when the command starts.</summary>
    /// <exception cref="InvalidOperationException">The assembly was imported without its module.</exception>
    public static ModuleSession For(PSCmdlet command) => For(command.MyInvocation.MyCommand.Module);

    /// <summary>The session of the imported module.</summary>
    /// <param name="module">The module; null when there is none.</param>
    /// <exception cref="InvalidOperationException">The assembly was imported without its module.</exception>
    public static ModuleSession For(PSModuleInfo? module)
    {
        var data = module?.PrivateData as Hashtable
            ?? throw new InvalidOperationException("RsolvDeploy was imported without its manifest. Import RsolvDeploy.psd1.");
        lock (data.SyncRoot)
        {
            if (data[Key] is not ModuleSession session) data[Key] = session = Create(data);
            return session;
        }
    }

    /// <summary>Ends the session of a module that is being removed, if a command has created it.</summary>
    /// <param name="module">The module.</param>
    public static void End(PSModuleInfo module) => ((module.PrivateData as Hashtable)?[Key] as ModuleSession)?.Dispose();

    private static ModuleSession Create(Hashtable data) =>
        new(Runspace.DefaultRunspace) { Clock = data[ClockKey] as TimeProvider ?? TimeProvider.System };

    /// <summary>Adds a command to its pipeline, when it starts.</summary>
    /// <remarks>Before PowerShell 7.6 a pipeline cannot be identified: each command is then a pipeline of its own.</remarks>
    public CommandPipeline Enter(Cmdlet command)
    {
        if (StopToken is null) return new CommandPipeline(Ledgers, default) { Commands = 1 };
        var key = StopToken(command);
        lock (_pipelines)
        {
            if (!_pipelines.TryGetValue(key, out var pipeline)) _pipelines[key] = pipeline = new CommandPipeline(Ledgers, key);
            pipeline.Commands++;
            return pipeline;
        }
    }

    /// <summary>Removes a command from its pipeline, when it ends; the last one completes the pipeline's journal.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="stopped">Whether the operator stopped the command.</param>
    public void Leave(CommandPipeline pipeline, bool stopped)
    {
        lock (_pipelines)
        {
            pipeline.IsStopped |= stopped;
            if (--pipeline.Commands > 0) return;
            _pipelines.Remove(pipeline.Key);
        }

        pipeline.Journal.Complete(pipeline.IsStopped);
    }

    /// <summary>Ends the sandboxes of the session.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _runspace.StateChanged -= OnStateChanged;
        foreach (var id in Sandboxes.Keys)
            if (Sandboxes.TryRemove(id, out var sandbox)) sandbox.Dispose();
    }

    private void OnStateChanged(object? sender, RunspaceStateEventArgs change)
    {
        if (change.RunspaceStateInfo.State is RunspaceState.Closed or RunspaceState.Broken) Dispose();
    }
}
