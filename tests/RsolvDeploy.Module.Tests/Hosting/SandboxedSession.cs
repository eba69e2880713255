using System.Text;
using RsolvDeploy.Sandbox;

namespace RsolvDeploy.Module.Tests.Hosting;

/// <summary>A session with the module, and a sandbox in this process that its commands act on.</summary>
internal sealed class SandboxedSession : IAsyncDisposable
{
    private readonly HostedSession _session;
    private int _before;

    private SandboxedSession(SandboxServer sandbox, HostedSession session) => (Sandbox, _session) = (sandbox, session);

    public SandboxServer Sandbox { get; }

    /// <summary>What the operator sees.</summary>
    public RecordingInterface Interface => _session.Host.Interface;

    public static async Task<SandboxedSession> StartAsync(SandboxOptions? options = null)
    {
        var sandbox = await SandboxServer.StartAsync(options ?? new SandboxOptions(), TestContext.Current.CancellationToken);
        // Keys that are created on first use go to a folder of the tests.
        Environment.SetEnvironmentVariable("XDG_DATA_HOME", Path.Combine(Path.GetTempPath(), $"rsolv-tests-{Environment.ProcessId}"));
        return new SandboxedSession(sandbox, HostedSession.WithModule());
    }

    /// <summary>Runs a script that has the target as <c>$target</c> and the sandbox's folder as <c>$folder</c>.</summary>
    public Outcome Run(string script)
    {
        var before = SandboxState.Read(Sandbox);
        var outcome = _session.Invoke(Prologue + script, Sandbox.ConfigurationPath, Sandbox.Folder);
        OutcomeClaims.AssertTrue(script, outcome, before, SandboxState.Read(Sandbox));
        return outcome;
    }

    public async Task<Outcome> RunAndStopAsync(Task reached, string script)
    {
        var before = SandboxState.Read(Sandbox);
        var outcome = await _session.InvokeAndStopAsync(reached, Prologue + script, Sandbox.ConfigurationPath, Sandbox.Folder);
        OutcomeClaims.AssertTrue(script, outcome, before, SandboxState.Read(Sandbox));
        return outcome;
    }

    /// <summary>Runs a script with arguments of its own.</summary>
    public Outcome Invoke(string script, params object[] arguments) => _session.Invoke(script, arguments);

    /// <summary>Runs a script and returns the lines that an operator reads.</summary>
    public IReadOnlyList<string> Render(string script) => _session.Render(Prologue + script, Sandbox.ConfigurationPath, Sandbox.Folder);

    /// <summary>Ignores the requests so far.</summary>
    public void ForgetRequests() => _before = Sandbox.Requests.Count;

    /// <summary>Completes when the API server has received such a request, or <paramref name="count"/> of them.</summary>
    public async Task RequestedAsync(Func<SandboxRequest, bool> wanted, int after = 0, int count = 1)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Check(SandboxRequest? last)
        {
            if (Sandbox.Requests.Skip(after).Count(wanted) >= count) reached.TrySetResult();
        }

        Sandbox.Requested += Check;
        try
        {
            Check(null); // they may have arrived already
            await reached.Task.WaitAsync(TestContext.Current.CancellationToken);
        }
        finally
        {
            Sandbox.Requested -= Check;
        }
    }

    /// <summary>The requests to the API server, without those that were ignored.</summary>
    public IEnumerable<SandboxRequest> Requests => Sandbox.Requests.Skip(_before);

    /// <summary>The requests that would change the cluster.</summary>
    public IEnumerable<SandboxRequest> Writes => Requests.Where(request => request.Method is not "GET");

    /// <summary>The writes that changed something: access reviews and dry runs change nothing.</summary>
    public IEnumerable<string> Changes => Writes
        .Where(request => !request.Path.Contains("selfsubjectaccessreviews", StringComparison.Ordinal)
            && !request.Path.Contains("dryRun=All", StringComparison.Ordinal))
        .Select(request => $"{request.Method} {request.Path}");

    /// <summary>All files in the sandbox's folder as text, except its kubeconfig.</summary>
    public IEnumerable<(string Path, string Text)> Files() => Directory.EnumerateFiles(Sandbox.Folder, "*", SearchOption.AllDirectories)
        .Where(path => path != Sandbox.KubeconfigPath)
        .Select(path => (path, Encoding.Latin1.GetString(File.ReadAllBytes(path))));

    public async ValueTask DisposeAsync()
    {
        _session.Dispose();
        await Sandbox.DisposeAsync();
    }

    private const string Prologue = "$folder = $args[1]; $target = Get-RsolvTarget production -ConfigurationPath $args[0]; ";
}
