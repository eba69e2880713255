using System.Management.Automation;
using System.Security;
using RsolvDeploy.Binding;
using RsolvDeploy.Completion;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Commands;

/// <summary>Rolls a deployment back to the last known good release, or to a revision, a digest or a backup.</summary>
/// <remarks>
/// By default the deployment is rolled back to the last release that was verified, according to the history in the cluster; when there
/// is none, to the previous revision. The result names the release and the reason for the choice. Pods, events and logs are saved
/// before the rollback; the result names the folder. ConfigMaps and Secrets that differ from those of that release are shown and
/// restored before the pods start; for a Secret only keys and lengths are shown. Pull secrets, tokens, certificates and keys that a
/// controller renews stay as they are, and are named. Use -Exclude Secret/name for another Secret that was rotated since, or -ImageOnly to
/// restore none. A rollback that would lead to the release that runs is refused and lists the other revisions. The command waits until
/// the pods are ready and run the image, then runs the checks of Test-RsolvMetrics. Unlike other steps, it also acts after a failed step.
/// </remarks>
/// <example>
/// <code>Undo-RsolvDeployment production -Reason 'error rate above 5 %'</code>
/// <para>Rolls back to the last known good release, with its ConfigMaps and Secrets.</para>
/// </example>
/// <example>
/// <code>Get-RsolvHistory production | Where-Object Verified | Select-Object -Skip 1 -First 1 | Undo-RsolvDeployment</code>
/// <para>Rolls back to the image of a release in the history.</para>
/// </example>
/// <example>
/// <code>Undo-RsolvDeployment production -FromBackup ~/.rsolv/backups/production-20261124T120000Z-20261124-120000-a1b2c3</code>
/// <para>Rolls back to the pod template in the backup, with the ConfigMaps and Secrets that it refers to.</para>
/// </example>
[Cmdlet(
    VerbsCommon.Undo, "RsolvDeployment", HelpUri = OnlineHelp.Address, SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = ReleaseSet)]
[OutputType(typeof(Rollback))]
public sealed class UndoRsolvDeploymentCommand : LockingCmdlet
{
    // FromBackup is in the default set: the pipeline binds no mandatory parameter of another one.
    private const string ReleaseSet = "Release";
    private const string RevisionSet = "Revision";
    private const string DigestSet = "Digest";

    private string? _keyPath;
    private string? _fromBackup;

    /// <summary>Specifies the deployments: target names, targets, or results of a previous step. Wildcards are permitted in names. With
    /// a backup the default is the target that the backup belongs to.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [Alias("TargetName")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TargetNameCompleter))]
    public override TargetReference[] Target { get; set; } = [];

    /// <summary>Specifies the revision to roll back to.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = RevisionSet, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(RevisionCompleter))]
    public long? ToRevision { get; set; }

    /// <summary>Specifies the digest (sha256:…) or the image to roll back to.</summary>
    [Parameter(Mandatory = true, ParameterSetName = DigestSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(DigestCompleter))]
    public string? ToDigest { get; set; }

    /// <summary>Specifies the folder of a backup to roll back to. Wildcards are permitted, and have to match one folder.
    /// Binds from the property <c>Path</c> of a backup, and from the folders that Get-ChildItem outputs.</summary>
    [Parameter(ParameterSetName = ReleaseSet, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [Alias("BackupPath", "Path", "PSPath")]
    [ArgumentCompleter(typeof(BackupCompleter))]
    public string? FromBackup { get; set; }

    /// <summary>Specifies a private key in PEM format that opens the backup. The default is your own backup key.</summary>
    [Parameter(ParameterSetName = ReleaseSet)]
    [EffectiveWith(nameof(FromBackup))]
    [ValidateNotNullOrEmpty]
    public string? KeyPath { get; set; }

    /// <summary>Specifies the passphrase that the backup was encrypted with.</summary>
    [Parameter(ParameterSetName = ReleaseSet)]
    [EffectiveWith(nameof(FromBackup))]
    [ValidateNotNull]
    public SecureString? Passphrase { get; set; }

    /// <summary>Indicates that ConfigMaps and Secrets are not restored.</summary>
    [Parameter]
    public SwitchParameter ImageOnly { get; set; }

    /// <summary>Specifies ConfigMaps and Secrets that are not restored, as wildcards on Kind/name, for example Secret/*.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [Excludes(nameof(ImageOnly))]
    [ArgumentCompleter(typeof(BackupObjectCompleter))]
    public string[] Exclude { get; set; } = [];

    /// <summary>Specifies the reason, which the result and the history record.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Reason { get; set; }

    /// <summary>Specifies the time limit of the rollback. The default is the configured time (5 minutes).</summary>
    [Parameter]
    [Duration]
    [ValidateTimeout]
    public TimeSpan? Timeout { get; set; }

    /// <summary>Indicates that the rollback may cross migrations that were applied since that release ran. The history records
    /// them.</summary>
    [Parameter]
    public SwitchParameter AllowSchemaMismatch { get; set; }

    private protected override IReadOnlyList<string?> FindBackups() => [_fromBackup];

    /// <inheritdoc/>
    private protected override void ResolvePaths()
    {
        _fromBackup = FromBackup is null ? null : BackupPath.Single(this, FromBackup);
        _keyPath = FullPath(KeyPath);
        base.ResolvePaths();
    }

    private protected override StepInvocation Invocation => StepInvocation.Create(new RollbackStep(), new RollbackOptions
    {
        ToRevision = ToRevision,
        ToDigest = ToDigest ?? (ParameterSetName == ReleaseSet && FromBackup is null ? Current?.Release?.Image : null),
        FromBackup = _fromBackup,
        KeyPath = _keyPath,
        Passphrase = Passphrase,
        ImageOnly = ImageOnly,
        Exclude = Exclude,
        Reason = Reason,
        Timeout = Timeout,
        AllowSchemaMismatch = AllowSchemaMismatch,
        Lock = Lock,
    });
}
