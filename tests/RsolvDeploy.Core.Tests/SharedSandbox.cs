using RsolvDeploy.Configuration;
using RsolvDeploy.Sandbox;

namespace RsolvDeploy.Core.Tests;

/// <summary>One sandbox for all tests of a class that change nothing in it.</summary>
public sealed class SharedSandbox : IAsyncLifetime
{
    internal SandboxServer Server { get; private set; } = null!;

    internal Target Target { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await SandboxServer.StartAsync(new SandboxOptions(), CancellationToken.None);
        Target = ConfigurationFile.Load(Server.ConfigurationPath).GetTarget("production");
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
