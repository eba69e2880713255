namespace RsolvDeploy.Module.Tests.Hosting;

/// <summary>One sandbox and one session for all tests of a class that change nothing in the cluster.</summary>
public sealed class SharedSession : IAsyncLifetime
{
    internal SandboxedSession Session { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Session = await SandboxedSession.StartAsync();

    public ValueTask DisposeAsync() => Session.DisposeAsync();
}
