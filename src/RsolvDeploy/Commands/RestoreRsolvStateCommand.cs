using System.Management.Automation;
using System.Security;
using RsolvDeploy.Backups;
using RsolvDeploy.Binding;
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
/// <code>Restore-RsolvState production -Path ~/.rsolv/backups/production-20261124T120000Z-20261124-120000-a1b2c3 -WhatIf</code>
/// <para>Shows which objects would be restored, and changes nothing.</para>
/// </example>
/// <example>
/// <code>Restore-RsolvState production -Path ./backup -Include ConfigMap/*, Secret/* -Confirm:$false</code>
/// <para>Restores ConfigMaps and Secrets, but not the Deployment.</para>
/// </example>
[Cmdlet(
    VerbsData.Restore, "RsolvState", HelpUri = OnlineHelp.Address, SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = PathSet)]
[OutputType(typeof(StateRestore))]
public sealed class RestoreRsolvStateCommand : LockingCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";

    private string? _keyPath;

    /// <summary>Specifies the deployment to restore: target names, targets, or results of a previous step; it may differ from the
    /// backed-up one. The default is the target that the
    /// backup belongs to.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [Alias("TargetName")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TargetNameCompleter))]
    public override TargetReference[] Target { get; set; } = [];

    /// <summary>Specifies the folder of the backup. Wildcards are permitted. Binds from the property <c>Path</c> of a
    /// backup.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = PathSet, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [Alias("BackupPath")]
    [ArgumentCompleter(typeof(BackupCompleter))]
    public string[] Path { get; set; } = [];

    /// <summary>Specifies the folder of the backup; no character is a wildcard. Binds from the folders that Get-ChildItem
    /// outputs.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("PSPath")]
    [ArgumentCompleter(typeof(BackupCompleter))]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Specifies the objects to include, as wildcards on Kind/name, for example ConfigMap/*. The default is all objects. Binds
    /// from the output of Compare-RsolvState.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(BackupObjectCompleter))]
    public string[] Include { get; set; } = [];

    /// <summary>Specifies the objects to exclude, as wildcards on Kind/name, for example Secret/*.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(BackupObjectCompleter))]
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

    /// <inheritdoc/>
    private protected override void ResolvePaths()
    {
        base.ResolvePaths();
        _keyPath = FullPath(KeyPath);
    }

    private protected override IReadOnlyList<string?> FindBackups() => BackupPath.Folders.Resolve(this, Path, LiteralPath);

    private protected override bool IsOwnRun => true;

    private protected override StepInvocation Invocation => StepInvocation.Create(new RestoreStep(), new RestoreOptions
    {
        BackupPath = CurrentBackup ?? "",
        Include = Include,
        Exclude = Exclude,
        Prune = Prune,
        Recreate = Recreate,
        KeyPath = _keyPath,
        Passphrase = Passphrase,
        Lock = Lock,
    });
}
