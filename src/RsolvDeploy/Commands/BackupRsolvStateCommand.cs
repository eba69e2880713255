using System.Management.Automation;
using System.Security;
using System.Text.Json.Nodes;
using RsolvDeploy.Backups;
using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Binding;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Completion;
using RsolvDeploy.Pipeline;

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
/// <code>Backup-RsolvState production -Also services, widgets.example.com:app=web -EncryptAll</code>
/// <para>Takes Services and some objects of a custom kind too, and encrypts everything.</para>
/// </example>
/// <example>
/// <code>Get-RsolvTarget production | Backup-RsolvState -Destination ./backups | Publish-RsolvImage -Phase rfc060-phase5</code>
/// <para>Backs up to another folder, then publishes in the same run.</para>
/// </example>
[Cmdlet(VerbsData.Backup, "RsolvState", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(StateBackup))]
public sealed class BackupRsolvStateCommand : RsolvCmdlet
{
    /// <summary>What to back up: a target's name, a target, or the result of an earlier step.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(TargetNameCompleter))]
    public TargetReference Target { get; set; } = null!;

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
    public string[] Also { get; set; } = [];

    /// <summary>Encrypts every object, and not only Secrets.</summary>
    [Parameter]
    public SwitchParameter EncryptAll { get; set; }

    /// <summary>Does not have the server try every object in a dry run (backup.restorable).</summary>
    [Parameter]
    public SwitchParameter SkipDryRun { get; set; }

    /// <summary>The configuration file; found upward from the current folder when not given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? ConfigurationPath { get; set; }

    private protected override TargetReference? Input => Target;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var target = TargetSource.Resolve(Target, FullPath(ConfigurationPath), CurrentFolder);
        var runId = RunIdOf(Target);
        if (PipelineGate.BlockedBy(Target.Step) is { } obstacle)
        {
            await EmitAsync(new StateBackup(target, runId, StepStatus.Skipped, StepChecks.Backup.Skipped(obstacle)), cancellationToken);
            return;
        }

        using var passphrase = Passphrase is null ? null : BackupPassphrase.From(Passphrase);
        var plan = BackupWriter.Plan(target, DateTimeOffset.UtcNow, runId, FullPath(Destination), passphrase, EncryptAll) with { TryRestore = !SkipDryRun, AdditionalKinds = [.. target.Backup.AdditionalKinds, .. Also] };
        if (!await ConfirmAsync(plan.Folder, $"Back up {string.Join(", ", ["Deployment", "ConfigMaps", "Secrets", .. plan.AdditionalKinds])} of {target.Namespace}", cancellationToken))
        {
            await EmitAsync(new StateBackup(target, runId, StepStatus.Planned, StepChecks.Backup.Skipped(NotConfirmed)), cancellationToken);
            return;
        }

        await EmitStepAsync(
            async () => new StepOutcome<StateBackup>(await WriteAsync(target, runId, plan, cancellationToken), null),
            () => new StateBackup(target, runId, StepStatus.Failed, StepChecks.Backup.Skipped("the backup could not be made; see the error")),
            "BackupFailed",
            cancellationToken);
    }

    private async Task<StateBackup> WriteAsync(Target target, string runId, BackupPlan plan, CancellationToken cancellationToken)
    {
        using var cluster = ClusterClient.Connect(target, Reporter);
        var ledger = Record.Begin(target, runId, new JsonObject { ["folder"] = plan.Folder });
        return await ledger.DoAsync($"write {plan.Folder}", () => BackupWriter.WriteAsync(cluster, plan, Reporter, cancellationToken));
    }
}
