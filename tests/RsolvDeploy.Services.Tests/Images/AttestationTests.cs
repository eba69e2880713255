using RsolvDeploy.Scenarios;
using RsolvDeploy.Services.Tests.Fixtures;

namespace RsolvDeploy.Services.Tests.Images;

/// <summary>The gate of a promotion on Debian's registry, which has no referrers API: the index is a tag.</summary>
public sealed class AttestationTests : AttestationScenarios, IAsyncLifetime
{
    private RegistryServer? _registry;

    protected override string Host => _registry!.Host;

    public async ValueTask InitializeAsync() =>
        _registry = await RegistryServer.StartAsync(passwords: null, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _registry!.DisposeAsync();
        Dispose();
    }
}
