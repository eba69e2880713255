using System.Management.Automation;
using System.Security;
using RsolvDeploy.Backups;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Commands;

/// <summary>Backs up the state of a deployment: the Deployment, its ConfigMaps and its Secrets, Secrets encrypted.</summary>
/// <remarks>
/// The backup is a new folder that carries its instant and its run; nothing is ever overwritten. Each kind is read at one version; what changes
/// meanwhile is named. The manifest is signed with your own key, and a restore takes only backups of whom you trust. Objects are cleaned of what only the server
/// may say, so that they can be applied again. Secrets are encrypted as CMS with AES-256 and open with openssl cms -decrypt.
/// A key pair of your own is made on first use, and where it lies said on the information stream: it signs, and opens what is encrypted for nobody else.
/// </remarks>
/// <example>
/// <code>Backup-RsolvState production</code>
/// <para>Backs up production to the configured folder.</para>
/// </example>
/// <example>
/// <code>Backup-RsolvState production -AdditionalKind services, widgets.example.com:app=web -EncryptAll</code>
/// <para>Takes Services and some objects of a custom kind too, and encrypts everything.</para>
/// </example>
/// <example>
/// <code>Get-RsolvTarget production | Backup-RsolvState -Destination ./backups | Publish-RsolvImage -Phase rfc060-phase5</code>
/// <para>Backs up to another folder, then publishes in the same run.</para>
/// </example>
[Cmdlet(VerbsData.Backup, "RsolvState", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(StateBackup))]
public sealed class BackupRsolvStateCommand : StepCmdlet
{
    /// <summary>The folder in which the backup's own folder is made; the configured one when not given.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <summary>A passphrase to encrypt Secrets for, instead of the configured certificates' owners alone.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Passphrase { get; set; }

    /// <summary>Kinds to back up beside the configured ones, as kubectl names them in the plural, with a label selector behind a colon if need be:
    /// services, cronjobs.batch, widgets.example.com:app=web.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [Alias("Also")]
    public string[] AdditionalKind { get; set; } = [];

    /// <summary>Encrypts every object, and not only Secrets.</summary>
    [Parameter]
    public SwitchParameter EncryptAll { get; set; }

    /// <summary>Does not have the server try every object in a dry run (backup.restorable).</summary>
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
