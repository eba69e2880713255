using System.Management.Automation;
using RsolvDeploy.Backups;
using RsolvDeploy.Binding;
using RsolvDeploy.Completion;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Commands;

/// <summary>Deletes backups by policy, or one backup by its path. The newest verified backup is always kept.</summary>
/// <remarks>
/// The policy deletes complete backups that exceed the number to keep or the maximum age. Before that, the newest good backup is
/// determined: all of its files match the manifest, and its signer is trusted. It is kept whatever the policy specifies; when there is
/// none, nothing is deleted. A backup that is incomplete or cannot be read is deleted only by its path.
/// </remarks>
/// <example>
/// <code>Remove-RsolvBackup production -WhatIf</code>
/// <para>Shows which backups the configured backup.keep and backup.keepFor would delete.</para>
/// </example>
/// <example>
/// <code>Get-RsolvBackup production | Where-Object Complete -eq $false | Remove-RsolvBackup production</code>
/// <para>Deletes the incomplete backups.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "RsolvBackup", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(BackupInfo))]
public sealed class RemoveRsolvBackupCommand : StepCmdlet
{
    /// <summary>Specifies the deployment that the backups belong to: a target name, a target, or the result of a previous
    /// step.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [Alias("TargetName")]
    [ArgumentCompleter(typeof(TargetNameCompleter))]
    public override TargetReference Target { get; set; } = null!;

    /// <summary>Specifies the folder of one backup to delete. Binds from the property <c>Path</c> of a backup.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("Path")]
    public string? BackupPath { get; set; }

    /// <summary>Specifies how many complete backups to keep, at least 1. The default is the configured number.</summary>
    [Parameter]
    [ValidateRange(1, 100_000)]
    public int? Keep { get; set; }

    /// <summary>Specifies the maximum age of a backup. The default is the configured age.</summary>
    [Parameter]
    [ValidateTimeout]
    public TimeSpan? OlderThan { get; set; }

    private protected override bool IsOwnRun => true;

    private protected override bool EmitsResult => false;

    private protected override StepInvocation Invocation => StepInvocation.Create(
        new BackupRemovalStep(),
        new BackupRemovalOptions { BackupPath = FullPath(BackupPath), Keep = Keep, OlderThan = OlderThan });
}
