using RsolvDeploy.Sandbox;

namespace RsolvDeploy.Module.Tests.Hosting;

/// <summary>Lets the platform of a sandbox respond late: a busy machine is no risk that a run without an operator stops for.</summary>
internal static class SlowMachine
{
    public static async Task AllowAsync(SandboxServer sandbox)
    {
        var configuration = await File.ReadAllTextAsync(sandbox.ConfigurationPath, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            sandbox.ConfigurationPath,
            configuration
                .Replace("under: 2s", "under: 60s", StringComparison.Ordinal)
                .Replace("under: 1s", "under: 60s", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
    }
}
