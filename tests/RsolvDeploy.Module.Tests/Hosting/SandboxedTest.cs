using RsolvDeploy.Sandbox;

namespace RsolvDeploy.Module.Tests.Hosting;

/// <summary>A test with a sandbox and a session: new ones, or those that its class shares.</summary>
public abstract class SandboxedTest : IAsyncLifetime
{
    private readonly SharedSession? _shared;
    private SandboxedSession? _session;

    protected SandboxedTest()
    {
    }

    protected SandboxedTest(SharedSession shared) => _shared = shared;

    private protected SandboxedSession Session => _session!;

    private protected SandboxServer Sandbox => Session.Sandbox;

    private protected RecordingInterface Interface => Session.Interface;

    public async ValueTask InitializeAsync()
    {
        _session = _shared?.Session ?? await SandboxedSession.StartAsync();
        _session.ForgetRequests();
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (_shared is null) await Session.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected Outcome Run(string script) => Session.Run(script);
}
