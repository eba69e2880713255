using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Scenarios;

namespace RsolvDeploy.Core.Tests.Images;

/// <summary>The gate of a promotion on the registry of the sandbox, which has the referrers API, in pages.</summary>
public sealed class AttestationTests : AttestationScenarios, IAsyncLifetime
{
    private ServicesHost? _services;

    protected override string Host => _services!.RegistryHost;

    public async ValueTask InitializeAsync() =>
        _services = await ServicesHost.StartAsync(new FaultInjector(), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _services!.DisposeAsync();
        Dispose();
    }
}
