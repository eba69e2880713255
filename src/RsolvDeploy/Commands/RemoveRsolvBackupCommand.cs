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
/// <code>Get-RsolvBackup production | Where-Object Complete -eq $false | Remove-RsolvBackup</code>
/// <para>Deletes the incomplete backups.</para>
/// </example>
[Cmdlet(
    VerbsCommon.Remove, "RsolvBackup", HelpUri = OnlineHelp.Address, SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.Medium, DefaultParameterSetName = PathSet)]
[OutputType(typeof(BackupInfo))]
public sealed class RemoveRsolvBackupCommand : StepCmdlet
{
    // Path is in the default set: the pipeline binds no mandatory parameter of another one.
    private const string PathSet = "Path";
    private const string PolicySet = "Policy";

    /// <summary>Specifies the deployments that the backups belong to: target names, targets, or results of a previous step. With a path the
    /// default is the target that the backup belongs to.</summary>
    [Parameter(ParameterSetName = PathSet, Position = 0, ValueFromPipeline = true)]
    [Parameter(Mandatory = true, ParameterSetName = PolicySet, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [Alias("TargetName")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TargetNameCompleter))]
    public override TargetReference[] Target { get; set; } = [];

    /// <summary>Specifies the folder of the backup. Wildcards are permitted. Binds from the property <c>Path</c> of a
    /// backup.</summary>
    [Parameter(ParameterSetName = PathSet, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [Alias("BackupPath")]
    [ArgumentCompleter(typeof(BackupCompleter))]
    public string[] Path { get; set; } = [];

    /// <summary>Specifies the folder of the backup; no character is a wildcard. Binds from the folders that Get-ChildItem
    /// outputs.</summary>
    [Parameter(ParameterSetName = PathSet, ValueFromPipelineByPropertyName = true)]
    [Excludes(nameof(Path))]
    [ValidateNotNullOrEmpty]
    [Alias("PSPath")]
    [ArgumentCompleter(typeof(BackupCompleter))]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Specifies how many complete backups to keep, at least 1. The default is the configured number.</summary>
    [Parameter(ParameterSetName = PolicySet)]
    [ValidateRange(1, 100_000)]
    public int? Keep { get; set; }

    /// <summary>Specifies the maximum age of a backup, for example 30d. The default is the configured age.</summary>
    [Parameter(ParameterSetName = PolicySet)]
    [Duration]
    [ValidateTimeout(LongestDays = 36_500)]
    public TimeSpan? OlderThan { get; set; }

    private protected override IReadOnlyList<string?> FindBackups() =>
        Path.Length + LiteralPath.Length == 0 ? base.FindBackups() : BackupPath.Folders.Resolve(this, Path, LiteralPath);

    private protected override bool IsOwnRun => true;

    private protected override bool EmitsResult => false;

    private protected override StepInvocation Invocation => StepInvocation.Create(
        new BackupRemovalStep(),
        new BackupRemovalOptions { BackupPath = CurrentBackup, Keep = Keep, OlderThan = OlderThan });
}
