using System.Management.Automation;
using RsolvDeploy.Backups;
using RsolvDeploy.Binding;
using RsolvDeploy.Completion;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Commands;

/// <summary>Deletes backups that the policy does not keep, or one backup by its path. The newest good one is never deleted.</summary>
/// <remarks>
/// The policy deletes complete backups beyond the number to keep, or older than the specified age. First the newest good backup is found: its files
/// match its manifest, and its signer is trusted. It is never deleted; without one, the policy deletes none. A backup that was interrupted or cannot
/// be read is only deleted by its path.
/// </remarks>
/// <example>
/// <code>Remove-RsolvBackup production -WhatIf</code>
/// <para>Shows which backups of production the configured backup.keep and backup.keepFor would delete.</para>
/// </example>
/// <example>
/// <code>Get-RsolvBackup production | Where-Object Complete -eq $false | Remove-RsolvBackup production</code>
/// <para>Deletes the backups that were interrupted.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "RsolvBackup", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(BackupInfo))]
public sealed class RemoveRsolvBackupCommand : StepCmdlet
{
    /// <summary>The target of the backups: its name, a target, or the result of an earlier step.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [Alias("TargetName")]
    [ArgumentCompleter(typeof(TargetNameCompleter))]
    public override TargetReference Target { get; set; } = null!;

    /// <summary>One backup to delete, by its folder. Binds from the property <c>Path</c> of a backup.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("Path")]
    public string? BackupPath { get; set; }

    /// <summary>How many complete backups to keep, 1 or more; the configured number when not specified.</summary>
    [Parameter]
    [ValidateRange(1, 100_000)]
    public int? Keep { get; set; }

    /// <summary>Deletes backups older than this too; the configured age when not specified.</summary>
    [Parameter]
    [ValidateTimeout]
    public TimeSpan? OlderThan { get; set; }

    private protected override bool IsOwnRun => true;

    private protected override bool EmitsResult => false;

    private protected override StepInvocation Invocation => StepInvocation.Create(
        new BackupRemovalStep(),
        new BackupRemovalOptions { BackupPath = FullPath(BackupPath), Keep = Keep, OlderThan = OlderThan });
}
