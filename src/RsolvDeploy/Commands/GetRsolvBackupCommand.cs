using System.Management.Automation;
using RsolvDeploy.Backups.Files;
using RsolvDeploy.Backups;
using RsolvDeploy.Pipeline;

namespace RsolvDeploy.Commands;

/// <summary>Lists the backups of a target, newest first.</summary>
/// <remarks>
/// Backups that are being written, were interrupted or cannot be read are listed too, with their problem; they are never restored. The table shows
/// their state: Incomplete; Complete, when their files are not verified; Verified or Unverified, with -Verify.
/// </remarks>
/// <example>
/// <code>Get-RsolvBackup production</code>
/// <para>Lists the backups of production.</para>
/// </example>
/// <example>
/// <code>Get-RsolvBackup production -Verify | Where-Object Verified | Select-Object -First 1 | Restore-RsolvState</code>
/// <para>Restores the newest verified backup.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "RsolvBackup")]
[OutputType(typeof(BackupInfo))]
public sealed class GetRsolvBackupCommand : TargetCmdlet
{
    /// <summary>The folder of the backups; the configured one when not specified.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <summary>Verifies every file by the manifest, and the signature of the manifest.</summary>
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
