using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace RsolvDeploy.Module.Tests.Hosting;

/// <summary>A PowerShell session in this process, with a host that records what an operator would see.</summary>
internal sealed class HostedSession : IDisposable
{
    // PowerShell remembers the cmdlets of its assemblies before their providers: a session that is made between the two, while the first
    // one of the process is made, has no file system (PSSnapInHelpers of 7.6.9).
    private static readonly Lock Making = new();

    public HostedSession()
    {
        Host = new RecordingHost();
        Runspace = RunspaceFactory.CreateRunspace(Host, Default());
        Runspace.Open();
    }

    public RecordingHost Host { get; }

    public Runspace Runspace { get; }

    /// <summary>A session with the module imported from the clone.</summary>
    public static HostedSession WithModule()
    {
        var session = new HostedSession();
        session.Invoke("Import-Module -Name $args[0]", Clone.Manifest).ThrowOnError();
        return session;
    }

    /// <summary>Runs a script with arguments and collects all its streams.</summary>
    public Outcome Invoke(string script, params object[] arguments)
    {
        using var powershell = Prepare(script, arguments);
        return Run(powershell, () => [.. powershell.Invoke()]);
    }

    /// <summary>
    /// Runs a script, and stops it, as Ctrl+C does, as soon as <paramref name="reached"/> is complete. A script that ends before
    /// that is shown with its errors.
    /// </summary>
    public async Task<Outcome> InvokeAndStopAsync(Task reached, string script, params object[] arguments)
    {
        using var powershell = Prepare(script, arguments);
        var output = new PSDataCollection<PSObject>();
        var running = powershell.BeginInvoke<PSObject, PSObject>(null, output);
        await Task.WhenAny(reached, Task.Factory.FromAsync(running, _ => { }));
        var early = !reached.IsCompleted;
        if (!early) await Task.Factory.FromAsync(powershell.BeginStop, powershell.EndStop, null);
        var outcome = Run(powershell, () =>
        {
            powershell.EndInvoke(running);
            return [.. output];
        });
        Assert.False(early, $"The script ended before it was stopped: {string.Join("; ", [outcome.Ended, .. outcome.Errors])}");
        return outcome;
    }

    /// <summary>Runs a script and returns the lines that an operator reads.</summary>
    public IReadOnlyList<string> Render(string script, params object[] arguments)
    {
        Host.Interface.Clear();
        using var powershell = Prepare(script, arguments);
        powershell.AddCommand("Out-Default");
        Run(powershell, () => [.. powershell.Invoke()]).ThrowOnError();
        return Host.Interface.Lines;
    }

    public void Dispose() => Runspace.Dispose();

    private static InitialSessionState Default()
    {
        lock (Making) return InitialSessionState.CreateDefault2();
    }

    private PowerShell Prepare(string script, object[] arguments)
    {
        var powershell = PowerShell.Create(Runspace);
        powershell.AddScript(script);
        foreach (var argument in arguments) powershell.AddArgument(argument);
        return powershell;
    }

    private static Outcome Run(PowerShell powershell, Func<IReadOnlyList<PSObject>> invoke)
    {
        IReadOnlyList<PSObject> output = [];
        ErrorRecord? ended = null;
        var stopped = false;
        try
        {
            output = invoke();
        }
        catch (PipelineStoppedException)
        {
            stopped = true;
        }
        catch (RuntimeException e)
        {
            ended = e.ErrorRecord;
        }

        return new Outcome(
            output,
            [.. powershell.Streams.Error],
            ended,
            stopped,
            [.. powershell.Streams.Warning.Select(record => record.Message)],
            [.. powershell.Streams.Verbose.Select(record => record.Message)],
            [.. powershell.Streams.Information.Select(record => record.ToString())],
            [.. powershell.Streams.Progress]);
    }
}
