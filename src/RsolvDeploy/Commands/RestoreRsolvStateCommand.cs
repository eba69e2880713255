using System.Management.Automation;
using System.Security;
using RsolvDeploy.Backups;
using RsolvDeploy.Completion;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Commands;

/// <summary>Brings the objects of a deployment back to what a backup holds.</summary>
/// <remarks>
/// Every file is held against the manifest first. Then the backup is compared with what is live, the difference is shown, and only what differs is
/// written, by server-side apply: Secrets and ConfigMaps first, the Deployment after what it needs. Objects that were deleted are made anew; objects that were
/// made since are left, unless -Prune. What may not be changed is named; with -Recreate it is deleted and made anew. Each object's result is
/// recorded in the ledger of the run (the result names it as Record, Get-RsolvRun shows it). When the cluster is lost in the
/// middle the restore ends there; the error names the record and the command to go on with, which compares anew and changes only what still differs.
/// </remarks>
/// <example>
/// <code>Restore-RsolvState production -BackupPath ~/.rsolv/backups/production-20261124T120000Z-20261124-120000-a1b2c3 -WhatIf</code>
/// <para>Shows what would be set back, and changes nothing.</para>
/// </example>
/// <example>
/// <code>Restore-RsolvState production -BackupPath ./backup -Include ConfigMap/*, Secret/* -Confirm:$false</code>
/// <para>Brings ConfigMaps and Secrets back, and leaves the Deployment alone.</para>
/// </example>
[Cmdlet(VerbsData.Restore, "RsolvState", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(StateRestore))]
public sealed class RestoreRsolvStateCommand : LockingCmdlet
{
    /// <summary>Where to: a target's name, a target, or the result of an earlier step. It may be another than the one that was backed up.</summary>
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

    /// <summary>Deletes objects of the backup's kinds that were made since.</summary>
    [Parameter]
    public SwitchParameter Prune { get; set; }

    /// <summary>Deletes and makes anew what may not be changed: immutable ConfigMaps and Secrets, and objects with an immutable field.</summary>
    [Parameter]
    public SwitchParameter Recreate { get; set; }

    /// <summary>A private key in PEM that opens the backup; your own backup key when not given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? KeyPath { get; set; }

    /// <summary>The passphrase that the backup was encrypted for.</summary>
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
