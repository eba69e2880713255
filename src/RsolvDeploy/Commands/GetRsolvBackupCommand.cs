using System.Management.Automation;
using RsolvDeploy.Backups;
using RsolvDeploy.Backups.Files;
using RsolvDeploy.Errors;
using RsolvDeploy.Pipeline;

namespace RsolvDeploy.Commands;

/// <summary>Lists the backups of a target, newest first.</summary>
/// <remarks>
/// Backups that are incomplete or cannot be read are listed with the problem; they are never restored. The table shows the state of
/// each backup: Incomplete; Complete, when its files were not checked; Verified or Unverified, when they were checked (-Verify).
/// </remarks>
/// <example>
/// <code>Get-RsolvBackup production</code>
/// <para>Lists the backups of production.</para>
/// </example>
/// <example>
/// <code>Get-RsolvBackup production -Verify | Where-Object Verified | Select-Object -First 1 | Restore-RsolvState</code>
/// <para>Restores the newest verified backup.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "RsolvBackup", HelpUri = OnlineHelp.Address)]
[OutputType(typeof(BackupInfo))]
public sealed class GetRsolvBackupCommand : TargetCmdlet
{
    private string? _destination;

    /// <summary>Specifies the folder that contains the backups. The default is the folder in the configuration.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <summary>Indicates that every file is checked against the signed manifest of its backup.</summary>
    [Parameter]
    public SwitchParameter Verify { get; set; }

    /// <inheritdoc/>
    private protected override void ResolvePaths()
    {
        base.ResolvePaths();
        _destination = FullPath(Destination);
    }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var target = ResolveTarget();
        var root = _destination ?? BackupLocation.RootFor(target);
        if (Destination is not null && !Directory.Exists(root))
        {
            throw new DeployException(
                "BackupFolderNotFound",
                FaultCategory.ObjectNotFound,
                $"There is no folder '{root}'.",
                "Specify the folder that contains backups.")
            { Subject = root };
        }

        foreach (var info in await BackupCatalog.ListAsync(root, target.Name, Verify, cancellationToken))
            await EmitAsync(info with { ConfigurationPath = target.ConfigurationPath }, cancellationToken);
    }
}
