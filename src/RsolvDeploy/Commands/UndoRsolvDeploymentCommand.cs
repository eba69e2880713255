using System.Management.Automation;
using System.Security;
using RsolvDeploy.Backups;
using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Keys;
using RsolvDeploy.Binding;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Completion;
using RsolvDeploy.Errors;
using RsolvDeploy.Images;
using RsolvDeploy.Json;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Runs;
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
public sealed class UndoRsolvDeploymentCommand : RsolvCmdlet
{
    /// <summary>What to take back: a target's name, a target, or the result of an earlier step.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(TargetNameCompleter))]
    public TargetReference Target { get; set; } = null!;

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

    /// <summary>How long to wait when another run is changing the deployment; not at all when not given.</summary>
    [Parameter]
    [ValidateTimeout]
    public TimeSpan WaitForLock { get; set; }

    /// <summary>Takes the lock from another run, which then cannot write any more. Asks on its own.</summary>
    [Parameter]
    public SwitchParameter BreakLock { get; set; }

    /// <summary>Goes back also when migrations were applied since that release ran; which ones is recorded.</summary>
    [Parameter]
    public SwitchParameter AllowSchemaMismatch { get; set; }

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
        await EmitStepAsync(
            async () => new StepOutcome<Rollback>(await UndoAsync(target, runId, cancellationToken), null),
            () => new Rollback(target, runId, StepStatus.Failed, StepChecks.Undo.Skipped("the way back could not be taken; see the error")) { Reason = Why },
            "RollbackFailed",
            cancellationToken);
    }

    private string Why => Reason ?? PipelineGate.BlockedBy(Target.Step) ?? "asked for by the operator";

    private async Task<Rollback> UndoAsync(Target target, string runId, CancellationToken cancellationToken)
    {
        if ((ToRevision is not null || ToDigest is not null) && FromBackup is not null && MyInvocation.BoundParameters.ContainsKey(nameof(FromBackup)) && Target.Step is null)
        {
            throw new DeployException(
                "UndoAmbiguous", FaultCategory.InvalidArgument, "Both a revision and a backup were given to go back to.", "Give -ToRevision or -FromBackup, not both.");
        }

        using var cluster = ClusterClient.Connect(target, Reporter);
        var doubt = Record.Uncertain(runId);
        var request = await RequestAsync(cluster, target, doubt, cancellationToken) with { Restart = doubt is { Probe.Done: false } && doubt.Step.Facts?["restarts"]?.GetValue<bool>() == true, AllowSchemaMismatch = AllowSchemaMismatch, ImageOnly = ImageOnly, ConfigurationFilter = new ObjectFilter([], Exclude) };
        var plan = await RollbackPlanner.PlanAsync(cluster, target, request, cancellationToken);
        var undone = await new RollbackAction(this, cluster, runId) { Reason = Why, Baseline = Target.Step?.Baseline, Timeout = Timeout, WaitForLock = WaitForLock, BreakLock = BreakLock }.RunAsync(plan, cancellationToken);
        return Target.Step is null && undone.Status != StepStatus.Planned ? undone with { Checks = [SaidBySomebody(), .. undone.Checks] } : undone;
    }

    // Nothing fired; a person says that it has to be.
    private Check SaidBySomebody() => new("trigger.manual", "Undo", "A person says that something critical is broken", CheckStatus.Manual)
    {
        Evidence = $"{Environment.UserName}@{Environment.MachineName}: {Why}",
        Started = DateTimeOffset.UtcNow,
    };

    private async Task<RollbackRequest> RequestAsync(ClusterClient cluster, Target target, ResumedStep? doubt, CancellationToken cancellationToken)
    {
        // A way back that was taken already has numbered its revision anew, and one that nobody named a place for leads where it was to lead.
        if (doubt?.Step.Facts?["image"].Text() is { } there && (doubt.Probe.Done || (FromBackup is null && ToRevision is null)))
            return new RollbackRequest { ToImage = there, Choice = doubt.Step.Facts["choice"].Text() ?? "" };

        if (FullPath(FromBackup) is { } path)
        {
            using var backup = BackupFolder.Open(path, OfferedKeys.From(FullPath(KeyPath), Passphrase is null ? null : BackupPassphrase.From(Passphrase)));
            return await BackupRequest.ReadAsync(backup, target, ImageOnly, cancellationToken);
        }

        if (ToRevision is not null) return new RollbackRequest { ToRevision = ToRevision };
        if (ToDigest is not null)
        {
            var image = (await new ImagePublisher().ResolveAsync(target, ToDigest, cancellationToken)).Reference;
            return new RollbackRequest { ToImage = image, Choice = "the operator named the image" };
        }

        var previous = Target.Step switch { Rollout rollout => rollout.PreviousRevision, Verification verification => verification.PreviousRevision, _ => null };
        return await LastKnownGood.FindAsync(cluster, target, previous, cancellationToken);
    }
}
