using System.Management.Automation;
using System.Text.Json.Nodes;
using RsolvDeploy.Backups;
using RsolvDeploy.Binding;
using RsolvDeploy.Completion;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Commands;

/// <summary>Deletes backups that the policy does not keep, or one that is named. The newest good one always stays.</summary>
/// <remarks>
/// By policy complete backups go that are beyond the number to keep, or older than the age given. Before, the newest good one is found: every file of it
/// is held against its manifest, and its signer is trusted. It stays whatever the policy, and without one none goes. A backup that was interrupted or cannot be read is only
/// deleted when it is named by its path.
/// </remarks>
/// <example>
/// <code>Remove-RsolvBackup production -WhatIf</code>
/// <para>Shows which backups of production would go by the configured backup.keep and backup.keepFor.</para>
/// </example>
/// <example>
/// <code>Get-RsolvBackup production | Where-Object Complete -eq $false | Remove-RsolvBackup production</code>
/// <para>Deletes the backups that were interrupted.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "RsolvBackup", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(BackupInfo))]
public sealed class RemoveRsolvBackupCommand : RsolvCmdlet
{
    /// <summary>Whose backups: a target's name, a target, or the result of an earlier step.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [Alias("TargetName")]
    [ArgumentCompleter(typeof(TargetNameCompleter))]
    public TargetReference Target { get; set; } = null!;

    /// <summary>One backup to delete, by its folder. Binds from the property <c>Path</c> of a backup.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("Path")]
    public string? BackupPath { get; set; }

    /// <summary>How many complete backups to keep, 1 or more; the configured number when not given.</summary>
    [Parameter]
    [ValidateRange(1, 100_000)]
    public int? Keep { get; set; }

    /// <summary>Backups older than this go too; the configured age when not given.</summary>
    [Parameter]
    [ValidateTimeout]
    public TimeSpan? OlderThan { get; set; }

    /// <summary>The configuration file; found upward from the current folder when not given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? ConfigurationPath { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var target = TargetSource.Resolve(Target, FullPath(ConfigurationPath), CurrentFolder);
        var runId = RunIdOf(Target);
        var all = await BackupCatalog.ListAsync(FullPath(BackupPath) is { } named ? Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(named))! : BackupCatalog.RootOf(target), target.Name, verify: false, cancellationToken);
        var good = await BackupCatalog.NewestGoodAsync(all, cancellationToken);
        if (good is null && all.Any(info => info.Complete)) Reporter.Warning($"No backup of {target.Name} is whole and of a signer you trust; Get-RsolvBackup -Verify says why. By policy none goes.");
        var going = FullPath(BackupPath) is { } path
            ? Named(all, good, Path.TrimEndingDirectorySeparator(path))
            : BackupCatalog.Outdated(all, good, Keep ?? target.Backup.Keep, (OlderThan ?? target.Backup.KeepFor) is { } age ? DateTimeOffset.UtcNow - age : null);
        RunLedger? last = null;
        foreach (var info in going)
        {
            if (!await ConfirmAsync(info.Path, "Delete the backup", cancellationToken)) continue;
            var ledger = Record.Begin(target, runId, new JsonObject { ["folder"] = info.Path });
            await ledger.DoAsync($"delete {info.Path}", () => Task.Run(() => { BackupCatalog.Delete(info.Path); return true; }, cancellationToken));
            last = ledger;
            await EmitAsync(info, cancellationToken);
        }

        last?.Append(LedgerEvent.Result, new JsonObject { ["command"] = MyInvocation.MyCommand.Name, ["status"] = nameof(StepStatus.Succeeded) });
    }

    private static IReadOnlyList<BackupInfo> Named(IReadOnlyList<BackupInfo> all, BackupInfo? good, string path)
    {
        var found = all.FirstOrDefault(info => info.Path == path) ?? throw new Errors.DeployException(
            "BackupNotFound", Errors.FaultCategory.ObjectNotFound, $"{path} is no backup of this target; nothing was deleted.", "Name a folder that Get-RsolvBackup lists.")
        { Subject = path };
        if (found == (good ?? all.FirstOrDefault(info => info.Complete)))
        {
            throw new Errors.DeployException("BackupIsLast", Errors.FaultCategory.InvalidOperation, $"{path} is the newest good backup of {found.TargetName}; it was left.",
                "Take a new backup first; or delete the folder yourself.")
            { Subject = path };
        }

        return [found];
    }
}
