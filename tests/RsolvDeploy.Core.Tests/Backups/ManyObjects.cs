using RsolvDeploy.Backups.Keys;
using RsolvDeploy.Manifests;

namespace RsolvDeploy.Core.Tests.Backups;

/// <summary>A sandbox with so many objects that they share files, and a backup of it, for tests that work on copies.</summary>
public sealed class ManyObjects : IAsyncLifetime
{
    internal const int Maps = 1200; // three chunks
    internal const int Secrets = 600; // two

    internal BackupMaker Made { get; private set; } = null!;

    internal StateBackup Backup { get; private set; } = null!;

    internal BackupKeyStore Keys => Made.Keys;

    public async ValueTask InitializeAsync()
    {
        Made = await BackupMaker.StartAsync(CancellationToken.None);
        for (var index = 0; index < Maps; index++)
            Made.Sandbox.Create(new ConfigMapManifest($"map-{index:0000}") { Data = { ["k"] = $"---\na: {index}\r\n..." } });
        for (var index = 0; index < Secrets; index++)
            Made.Sandbox.Create(new SecretManifest($"secret-{index:0000}") { Text = { ["k"] = $"value-of-secret-{index}" } });
        Backup = await Made.WriteAsync(CancellationToken.None);
    }

    public ValueTask DisposeAsync() => Made.DisposeAsync();

    /// <summary>Copies the backup, so that a test can damage the copy.</summary>
    internal string CopyTo(string path) => BackedUpSandbox.Copy(Backup.Path!, path);
}
