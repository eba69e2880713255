using System.Text;
using RsolvDeploy.Sandbox;

namespace RsolvDeploy.Module.Tests.Hosting;

/// <summary>A session with the module, and a sandbox in this process that its commands act on.</summary>
internal sealed class SandboxedSession : IAsyncDisposable
{
    private SandboxedSession(SandboxServer sandbox, HostedSession session) => (Sandbox, Session) = (sandbox, session);

    public SandboxServer Sandbox { get; }

    public HostedSession Session { get; }

    public static async Task<SandboxedSession> StartAsync(SandboxOptions? options = null)
    {
        var sandbox = await SandboxServer.StartAsync(options ?? new SandboxOptions(), TestContext.Current.CancellationToken);
        // Keys that are made on first use go with the sandbox.
        Environment.SetEnvironmentVariable("XDG_DATA_HOME", Path.Combine(Path.GetTempPath(), $"rsolv-tests-{Environment.ProcessId}"));
        return new SandboxedSession(sandbox, HostedSession.WithModule());
    }

    /// <summary>Runs a script that has the target as <c>$target</c> and the sandbox's folder as <c>$folder</c>.</summary>
    public Outcome Run(string script) => Session.Invoke(Prologue + script, Sandbox.ConfigurationPath, Sandbox.Folder);

    public Task<Outcome> RunAndStopAsync(Task reached, string script) => Session.InvokeAndStopAsync(reached, Prologue + script, Sandbox.ConfigurationPath, Sandbox.Folder);

    /// <summary>Ends when the API server has got such a request, or as many as asked, after the first ones.</summary>
    public async Task RequestedAsync(Func<SandboxRequest, bool> wanted, int after = 0, int count = 1)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(SandboxRequest? last)
        {
            if (Sandbox.Requests.Skip(after).Count(wanted) >= count) reached.TrySetResult();
        }

        Sandbox.Requested += Look;
        try
        {
            Look(null); // they may have come already
            await reached.Task.WaitAsync(TestContext.Current.CancellationToken);
        }
        finally
        {
            Sandbox.Requested -= Look;
        }
    }

    /// <summary>The requests that would change the cluster.</summary>
    public IEnumerable<SandboxRequest> Writes => Sandbox.Requests.Where(request => request.Method is not "GET");

    /// <summary>The writes that changed something: a review of access and a dry run only ask.</summary>
    public IEnumerable<string> Changes => Writes
        .Where(request => !request.Path.Contains("selfsubjectaccessreviews", StringComparison.Ordinal) && !request.Path.Contains("dryRun=All", StringComparison.Ordinal))
        .Select(request => $"{request.Method} {request.Path}");

    /// <summary>Everything that lies in the sandbox's folder, but for its own kubeconfig, as text.</summary>
    public IEnumerable<(string Path, string Text)> Files() => Directory.EnumerateFiles(Sandbox.Folder, "*", SearchOption.AllDirectories)
        .Where(path => path != Sandbox.KubeconfigPath)
        .Select(path => (path, Encoding.Latin1.GetString(File.ReadAllBytes(path))));

    public async ValueTask DisposeAsync()
    {
        Session.Dispose();
        await Sandbox.DisposeAsync();
    }

    private const string Prologue = "$folder = $args[1]; $target = Get-RsolvTarget production -ConfigurationPath $args[0]; ";
}
