using System.Management.Automation;
using System.Security;
using RsolvDeploy.Backups;
using RsolvDeploy.Completion;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Commands;

/// <summary>Restores the objects of a deployment from a backup.</summary>
/// <remarks>
/// Every file is verified by the manifest first. Then the backup is compared with the live state, the differences are shown, and only objects that
/// differ are written, by server-side apply: ConfigMaps and Secrets first, the Deployment after them. Deleted objects are created again; objects
/// that were created since are kept, unless -Prune is specified. Objects that cannot be changed are named; -Recreate deletes them and creates them
/// again. The ledger of the run records the result of each object (the result names it as Record, Get-RsolvRun shows it). When the cluster cannot be
/// reached any more the restore ends; the error names the ledger and the command that continues: it compares again and changes what still differs.
/// </remarks>
/// <example>
/// <code>Restore-RsolvState production -BackupPath ~/.rsolv/backups/production-20261124T120000Z-20261124-120000-a1b2c3 -WhatIf</code>
/// <para>Shows what would be restored, and changes nothing.</para>
/// </example>
/// <example>
/// <code>Restore-RsolvState production -BackupPath ./backup -Include ConfigMap/*, Secret/* -Confirm:$false</code>
/// <para>Restores ConfigMaps and Secrets, and does not change the Deployment.</para>
/// </example>
[Cmdlet(VerbsData.Restore, "RsolvState", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(StateRestore))]
public sealed class RestoreRsolvStateCommand : LockingCmdlet
{
    /// <summary>The target to restore to: its name, a target, or the result of an earlier step. It may be another target than the one that was backed up.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [Alias("TargetName")]
    [ArgumentCompleter(typeof(TargetNameCompleter))]
    public override TargetReference Target { get; set; } = null!;

    /// <summary>The folder of the backup. Binds from the property <c>Path</c> of a backup.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("Path")]
    public string BackupPath { get; set; } = "";

    /// <summary>Only these objects: wildcards on Kind/name, for example ConfigMap/*.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Include { get; set; } = [];

    /// <summary>Not these objects.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Exclude { get; set; } = [];

    /// <summary>Deletes objects of the backup's kinds that were created since.</summary>
    [Parameter]
    public SwitchParameter Prune { get; set; }

    /// <summary>Deletes objects that cannot be changed and creates them again: immutable ConfigMaps and Secrets, and objects with an immutable field.</summary>
    [Parameter]
    public SwitchParameter Recreate { get; set; }

    /// <summary>A private key in PEM that decrypts the backup; your own backup key when not specified.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? KeyPath { get; set; }

    /// <summary>The passphrase that the backup was created with.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Passphrase { get; set; }

    private protected override bool IsOwnRun => true;

    private protected override StepInvocation Invocation => StepInvocation.Create(new RestoreStep(), new RestoreOptions
    {
        BackupPath = BackupPath.Length == 0 ? "" : FullPath(BackupPath)!,
        Include = Include,
        Exclude = Exclude,
        Prune = Prune,
        Recreate = Recreate,
        KeyPath = FullPath(KeyPath),
        Passphrase = Passphrase,
        Lock = Lock,
    });
}
