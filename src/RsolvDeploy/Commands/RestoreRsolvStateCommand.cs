using System.Management.Automation;
using System.Security;
using RsolvDeploy.Backups;
using RsolvDeploy.Completion;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Commands;

/// <summary>Restores the objects of a deployment from a backup.</summary>
/// <remarks>
/// All files are checked against the manifest first. Then the backup is compared with the live objects, the differences are shown, and
/// only objects that differ are written by server-side apply: Secrets and ConfigMaps first, the Deployment last. Deleted objects are
/// created again. Objects that were created after the backup are kept unless -Prune is specified. Objects that cannot be changed are
/// reported; -Recreate deletes and creates them again. The ledger of the run records the outcome of each object; the property Record of
/// the result is its path. When the connection to the cluster is lost, the restore stops, and the error names the record and the
/// command that continues. That command compares again and restores only what still differs.
/// </remarks>
/// <example>
/// <code>Restore-RsolvState production -BackupPath ~/.rsolv/backups/production-20261124T120000Z-20261124-120000-a1b2c3 -WhatIf</code>
/// <para>Shows which objects would be restored, and changes nothing.</para>
/// </example>
/// <example>
/// <code>Restore-RsolvState production -BackupPath ./backup -Include ConfigMap/*, Secret/* -Confirm:$false</code>
/// <para>Restores ConfigMaps and Secrets, but not the Deployment.</para>
/// </example>
[Cmdlet(VerbsData.Restore, "RsolvState", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(StateRestore))]
public sealed class RestoreRsolvStateCommand : LockingCmdlet
{
    /// <summary>Specifies the deployment to restore: a target name, a target, or the result of a previous step. It may differ from the
    /// backed-up one.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [Alias("TargetName")]
    [ArgumentCompleter(typeof(TargetNameCompleter))]
    public override TargetReference Target { get; set; } = null!;

    /// <summary>Specifies the folder of the backup. Binds from the property <c>Path</c> of a backup.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("Path")]
    public string BackupPath { get; set; } = "";

    /// <summary>Specifies the objects to include, as wildcards on Kind/name, for example ConfigMap/*. The default is all
    /// objects.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Include { get; set; } = [];

    /// <summary>Specifies the objects to exclude, as wildcards on Kind/name, for example Secret/*.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Exclude { get; set; } = [];

    /// <summary>Indicates that objects of the backed-up kinds that were created after the backup are deleted.</summary>
    [Parameter]
    public SwitchParameter Prune { get; set; }

    /// <summary>Indicates that objects that cannot be changed are deleted and created again: immutable ConfigMaps and Secrets, and
    /// objects with an immutable field that differs.</summary>
    [Parameter]
    public SwitchParameter Recreate { get; set; }

    /// <summary>Specifies a private key in PEM format that opens the backup. The default is your own backup key.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? KeyPath { get; set; }

    /// <summary>Specifies the passphrase that the backup was encrypted with.</summary>
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
