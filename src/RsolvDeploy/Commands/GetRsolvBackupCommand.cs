using System.Management.Automation;
using RsolvDeploy.Backups.Files;
using RsolvDeploy.Backups;
using RsolvDeploy.Pipeline;

namespace RsolvDeploy.Commands;

/// <summary>Lists the backups of a target, newest first.</summary>
/// <remarks>
/// Backups that are being written, were interrupted or cannot be read are listed too, with what is wrong; they are never restored. The table shows one word for
/// their state: Incomplete; Complete, when its files were not looked at; Verified or Unverified, when they were (-Verify).
/// </remarks>
/// <example>
/// <code>Get-RsolvBackup production</code>
/// <para>Lists the backups of production.</para>
/// </example>
/// <example>
/// <code>Get-RsolvBackup production -Verify | Where-Object Verified | Select-Object -First 1 | Restore-RsolvState</code>
/// <para>Restores the newest backup that is whole.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "RsolvBackup")]
[OutputType(typeof(BackupInfo))]
public sealed class GetRsolvBackupCommand : TargetCmdlet
{
    /// <summary>The folder that holds the backups; the configured one when not given.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <summary>Holds every file against its manifest.</summary>
    [Parameter]
    public SwitchParameter Verify { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var target = ResolveTarget();
        var root = FullPath(Destination) ?? BackupLocation.RootFor(target);
        foreach (var info in await BackupCatalog.ListAsync(root, target.Name, Verify, cancellationToken))
            await EmitAsync(info with { ConfigurationPath = target.ConfigurationPath }, cancellationToken);
    }
}
