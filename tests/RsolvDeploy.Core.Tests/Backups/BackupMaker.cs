using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Keys;
using RsolvDeploy.Backups.Writing;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Configuration;
using RsolvDeploy.Reporting;
using RsolvDeploy.Sandbox;

namespace RsolvDeploy.Core.Tests.Backups;

/// <summary>A sandbox for one test and a folder for its backups.</summary>
internal sealed class BackupMaker : IAsyncDisposable
{
    private BackupMaker(SandboxServer sandbox) =>
        (Sandbox, Target) = (sandbox, ConfigurationFile.Load(sandbox.ConfigurationPath).GetTarget("production"));

    public SandboxServer Sandbox { get; }

    public Target Target { get; }

    public string Folder { get; } = Directory.CreateTempSubdirectory("rsolv-backup-").FullName;

    public BackupKeyStore Keys => new(Path.Combine(Folder, "keys"));

    public string Backups => Path.Combine(Folder, "backups");

    public static async Task<BackupMaker> StartAsync(CancellationToken ct) => new(await SandboxServer.StartAsync(new SandboxOptions(), ct));

    /// <summary>Backs up as planned, after a last change of the plan.</summary>
    public async Task<StateBackup> WriteAsync(
        CancellationToken ct,
        Func<BackupPlan, BackupPlan>? change = null,
        IReporter? reporter = null,
        string? destination = null,
        string? passphrase = null)
    {
        using var cluster = ClusterClient.Connect(Target, SilentReporter.Instance);
        using var phrase = passphrase is null ? null : new BackupPassphrase(passphrase);
        var plan = BackupWriter.Plan(Target, DateTimeOffset.UtcNow, "20261124-120000-aaaaaa", destination ?? Backups, phrase);
        plan = plan with { Encryption = BackupEncryption.Plan(Target.Backup, phrase, Keys), DryRun = false };
        return await BackupWriter.WriteAsync(cluster, change is null ? plan : change(plan), reporter ?? SilentReporter.Instance, ct);
    }

    public async ValueTask DisposeAsync()
    {
        await Sandbox.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
