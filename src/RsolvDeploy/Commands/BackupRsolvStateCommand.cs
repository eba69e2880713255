using System.Management.Automation;
using System.Security;
using RsolvDeploy.Backups;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Commands;

/// <summary>Backs up the state of a deployment: the Deployment, its ConfigMaps and its Secrets, with encrypted Secrets.</summary>
/// <remarks>
/// The backup is a new folder, named after its timestamp and run; nothing is ever overwritten. Each kind is read at one version; the result lists
/// the objects that change meanwhile. The manifest is signed with your own key, and a restore accepts only backups of trusted signers. Fields that
/// only the server may set are removed, so that the objects can be applied again. Secrets are encrypted as CMS with AES-256;
/// openssl cms -decrypt decrypts them. Your own key pair is created with the first backup, and the information stream shows its path: it signs the
/// backups, and decrypts those without other recipients.
/// </remarks>
/// <example>
/// <code>Backup-RsolvState production</code>
/// <para>Backs up production to the configured folder.</para>
/// </example>
/// <example>
/// <code>Backup-RsolvState production -AdditionalKind services, widgets.example.com:app=web -EncryptAll</code>
/// <para>Backs up Services and the selected objects of a custom kind too, and encrypts every object.</para>
/// </example>
/// <example>
/// <code>Get-RsolvTarget production | Backup-RsolvState -Destination ./backups | Publish-RsolvImage -Phase rfc060-phase5</code>
/// <para>Backs up to another folder, then publishes in the same run.</para>
/// </example>
[Cmdlet(VerbsData.Backup, "RsolvState", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(StateBackup))]
public sealed class BackupRsolvStateCommand : StepCmdlet
{
    /// <summary>The folder in which the backup's own folder is created; the configured one when not specified.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <summary>A passphrase that decrypts the Secrets too, beside the configured certificates.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Passphrase { get; set; }

    /// <summary>Kinds to back up beside the configured ones: their plural as kubectl prints it, and optionally a label selector after a colon:
    /// services, cronjobs.batch, widgets.example.com:app=web.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [Alias("Also")]
    public string[] AdditionalKind { get; set; } = [];

    /// <summary>Encrypts every object, and not only Secrets.</summary>
    [Parameter]
    public SwitchParameter EncryptAll { get; set; }

    /// <summary>Skips the dry run in which the server tries every object (check backup.restorable).</summary>
    [Parameter]
    public SwitchParameter SkipDryRun { get; set; }

    private protected override StepInvocation Invocation => StepInvocation.Create(new BackupStep(), new BackupOptions
    {
        Destination = FullPath(Destination),
        Passphrase = Passphrase,
        AdditionalKinds = AdditionalKind,
        EncryptAll = EncryptAll,
        SkipDryRun = SkipDryRun,
    });
}
