using System.Management.Automation;
using System.Security;
using RsolvDeploy.Backups;
using RsolvDeploy.Completion;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Commands;

/// <summary>Backs up the state of a deployment: the Deployment, its ConfigMaps and its Secrets. Secrets are encrypted.</summary>
/// <remarks>
/// Each backup is a new folder, named after its timestamp and its run; an existing backup is never overwritten. All objects of a kind
/// are read at one resource version, and the result lists objects that changed during the backup. Fields that the API server sets are
/// removed, so that the objects can be applied again. The manifest is signed with your own key; a restore accepts only backups of
/// trusted signers. Each object has a file of its own; the objects of a kind with more than 500 share files, and Items of the result name
/// the place of each. Secrets are encrypted as CMS with AES-256, which openssl cms -decrypt can open. Your own key pair is created at
/// first use and its path is shown on the information stream: it signs the backups, and it decrypts them when no other recipient is
/// configured.
/// </remarks>
/// <example>
/// <code>Backup-RsolvState production</code>
/// <para>Backs up production to the configured folder.</para>
/// </example>
/// <example>
/// <code>Backup-RsolvState production -AdditionalKind services, widgets.example.com:app=web -EncryptAll</code>
/// <para>Also backs up Services and selected custom resources, and encrypts every object.</para>
/// </example>
/// <example>
/// <code>Get-RsolvTarget production | Backup-RsolvState -Destination ./backups | Publish-RsolvImage -Phase rfc060-phase5</code>
/// <para>Backs up to another folder, then publishes in the same run.</para>
/// </example>
[Cmdlet(
    VerbsData.Backup, "RsolvState", HelpUri = OnlineHelp.Address, SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(StateBackup))]
public sealed class BackupRsolvStateCommand : StepCmdlet
{
    private string? _destination;

    /// <summary>Specifies the folder that contains the backups. The default is the folder in the configuration.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <summary>Specifies a passphrase that decrypts the Secrets, in addition to the configured certificates.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Passphrase { get; set; }

    /// <summary>Specifies kinds to back up in addition to the configured ones, by their plural names as in kubectl, optionally with a
    /// label selector after a colon: services, cronjobs.batch, widgets.example.com:app=web.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [Alias("Also")]
    [ArgumentCompleter(typeof(KindCompleter))]
    public string[] AdditionalKind { get; set; } = [];

    /// <summary>Indicates that all objects are encrypted, not only Secrets.</summary>
    [Parameter]
    public SwitchParameter EncryptAll { get; set; }

    /// <summary>Indicates that the API server does not validate each object in a dry run (check backup.restorable).</summary>
    [Parameter]
    public SwitchParameter SkipDryRun { get; set; }

    /// <inheritdoc/>
    private protected override void ResolvePaths()
    {
        base.ResolvePaths();
        _destination = FullPath(Destination);
    }

    private protected override StepInvocation Invocation => StepInvocation.Create(new BackupStep(), new BackupOptions
    {
        Destination = _destination,
        Passphrase = Passphrase,
        AdditionalKinds = AdditionalKind,
        EncryptAll = EncryptAll,
        SkipDryRun = SkipDryRun,
    });
}
