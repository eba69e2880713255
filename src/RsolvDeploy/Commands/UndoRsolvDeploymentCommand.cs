using System.Management.Automation;
using System.Security;
using RsolvDeploy.Binding;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Commands;

/// <summary>Takes a deployment back: to the previous revision, to a given one, or to what a backup holds.</summary>
/// <remarks>
/// Without a place that is named it goes back to the last release that was verified good, by the history in the cluster, and where there is none to the
/// revision before; which, and why, stands in the result. What is gone afterwards (pods, events, logs) is saved first; the result names the folder.
/// ConfigMaps and Secrets that differ from what that release ran with go back too, before the pods: they are shown first (of a Secret only the keys and
/// lengths), and a secret that was renewed since is best left with -Exclude Secret/name. -ImageOnly leaves them all. It waits until the pods of the way back are ready and run its image, and ends with the checks of Test-RsolvMetrics. Unlike the other steps it also acts on what has failed.
/// </remarks>
/// <example>
/// <code>Undo-RsolvDeployment production -Reason 'error rate above 5 %'</code>
/// <para>Goes back to the last release verified good, with its ConfigMaps and Secrets.</para>
/// </example>
/// <example>
/// <code>Undo-RsolvDeployment production -FromBackup ~/.rsolv/backups/production-20261124T120000Z-20261124-120000-a1b2c3</code>
/// <para>Goes back to the pod template that the backup holds, with the ConfigMaps and Secrets that it refers to.</para>
/// </example>
[Cmdlet(VerbsCommon.Undo, "RsolvDeployment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(Rollback))]
public sealed class UndoRsolvDeploymentCommand : LockingCmdlet
{
    /// <summary>The revision to go back to.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    public long? ToRevision { get; set; }

    /// <summary>The digest (sha256:…) or image to go back to.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ToDigest { get; set; }

    /// <summary>The folder of a backup to go back to. Binds from the property <c>Path</c> of a backup.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("BackupPath", "Path")]
    public string? FromBackup { get; set; }

    /// <summary>A private key in PEM that opens the backup; your own backup key when not given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? KeyPath { get; set; }

    /// <summary>The passphrase that the backup was encrypted for.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Passphrase { get; set; }

    /// <summary>Leaves ConfigMaps and Secrets as they are.</summary>
    [Parameter]
    public SwitchParameter ImageOnly { get; set; }

    /// <summary>ConfigMaps and Secrets that are left as they are: wildcards on Kind/name, for example Secret/*.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Exclude { get; set; } = [];

    /// <summary>Why; it stands in the result.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Reason { get; set; }

    /// <summary>How long the way back may take; the configured time (5 minutes) when not given.</summary>
    [Parameter]
    [ValidateTimeout]
    public TimeSpan? Timeout { get; set; }

    /// <summary>Goes back also when migrations were applied since that release ran; which ones is recorded.</summary>
    [Parameter]
    public SwitchParameter AllowSchemaMismatch { get; set; }

    private protected override StepInvocation Invocation => StepInvocation.Create(new RollbackStep(), new RollbackOptions
    {
        ToRevision = ToRevision,
        ToDigest = ToDigest,
        FromBackup = FullPath(FromBackup),
        KeyPath = FullPath(KeyPath),
        Passphrase = Passphrase,
        ImageOnly = ImageOnly,
        Exclude = Exclude,
        Reason = Reason,
        Timeout = Timeout,
        AllowSchemaMismatch = AllowSchemaMismatch,
        Lock = Lock,
    });
}
