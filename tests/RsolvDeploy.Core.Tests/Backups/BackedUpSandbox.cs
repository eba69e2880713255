using RsolvDeploy.Backups.Keys;
using RsolvDeploy.Backups.Writing;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Configuration;
using RsolvDeploy.Reporting;
using RsolvDeploy.Sandbox;

namespace RsolvDeploy.Core.Tests.Backups;

/// <summary>A sandbox and one backup of it, for tests that work on copies.</summary>
public sealed class BackedUpSandbox : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rsolv-backed-up-").FullName;
    private string _backup = "";

    internal SandboxServer Sandbox { get; private set; } = null!;

    internal Target Target { get; private set; } = null!;

    internal BackupKeyStore Keys => new(Path.Combine(_folder, "keys"));

    public async ValueTask InitializeAsync()
    {
        Sandbox = await SandboxServer.StartAsync(new SandboxOptions(), CancellationToken.None);
        Target = ConfigurationFile.Load(Sandbox.ConfigurationPath).GetTarget("production");
        using var cluster = ClusterClient.Connect(Target, SilentReporter.Instance);
        var plan = BackupWriter.Plan(Target, DateTimeOffset.UtcNow, "20261124-120000-aaaaaa", Path.Combine(_folder, "backups"), null) with
        {
            DryRun = false,
        };
        _backup = (await BackupWriter.WriteAsync(
            cluster,
            plan with { Encryption = BackupEncryption.Plan(Target.Backup, null, Keys) },
            SilentReporter.Instance,
            CancellationToken.None)).Path!;
    }

    public async ValueTask DisposeAsync()
    {
        await Sandbox.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Copies the backup, so that a test can damage the copy.</summary>
    internal string CopyTo(string path) => Copy(_backup, path);

    /// <summary>Copies a backup.</summary>
    internal static string Copy(string backup, string path)
    {
        foreach (var file in Directory.EnumerateFiles(backup, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(path, Path.GetRelativePath(backup, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return path;
    }
}
