using System.Management.Automation;
using RsolvDeploy.Backups;
using RsolvDeploy.Binding;
using RsolvDeploy.Checklist;
using RsolvDeploy.Cluster;
using RsolvDeploy.Completion;
using RsolvDeploy.Errors;
using RsolvDeploy.Images;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Rollbacks;

namespace RsolvDeploy.Commands;

/// <summary>Takes a deployment back: to the previous revision, to a given one, or to what a backup holds.</summary>
/// <remarks>
/// Without a place that is named it goes back to the last release that was verified good, by the history in the cluster, and where there is none to the
/// revision before; which, and why, stands in the result. What is gone afterwards (pods, events, logs) is saved first; the result names the folder.
/// It waits until the pods of the way back are ready and run its image. Unlike the other steps it also acts on what has failed.
/// </remarks>
/// <example>
/// <code>Undo-RsolvDeployment production -Reason 'error rate above 5 %'</code>
/// <para>Goes back to the previous revision.</para>
/// </example>
/// <example>
/// <code>Undo-RsolvDeployment production -BackupPath ~/.rsolv/backups/production-20261124T120000Z-20261124-120000-a1b2c3</code>
/// <para>Goes back to the pod template that the backup holds.</para>
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
    [Alias("Path")]
    public string? BackupPath { get; set; }

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

    /// <summary>The configuration file; found upward from the current folder when not given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? ConfigurationPath { get; set; }

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

    private string Why => Reason ?? Upstream.Obstacle(Target.Step) ?? "asked for by the operator";

    private async Task<Rollback> UndoAsync(Target target, string runId, CancellationToken cancellationToken)
    {
        if ((ToRevision is not null || ToDigest is not null) && BackupPath is not null && MyInvocation.BoundParameters.ContainsKey(nameof(BackupPath)) && Target.Step is null)
        {
            throw new DeployException(
                "UndoAmbiguous", FaultCategory.InvalidArgument, "Both a revision and a backup were given to go back to.", "Give -ToRevision or -BackupPath, not both.");
        }

        var folder = FullPath(BackupPath);
        var template = folder is null ? null : await BackupFolder.Open(folder).ReadObjectAsync("Deployment", target.Deployment, cancellationToken);
        using var cluster = ClusterClient.Connect(target, Reporter);
        var request = template is not null ? new RollbackRequest { Template = template }
            : ToRevision is not null ? new RollbackRequest { ToRevision = ToRevision }
            : await ChooseAsync(cluster, target, cancellationToken);
        var plan = await DeploymentRollback.PlanAsync(cluster, target, request, cancellationToken);
        if (!await ConfirmAsync($"{target.Namespace}/{target.Deployment} in {cluster.ContextName}", $"Go back from {plan.From} to {plan.To}{(plan.Choice.Length > 0 ? $" ({plan.Choice})" : "")}", cancellationToken))
        {
            return new Rollback(target, runId, StepStatus.Planned, StepChecks.Undo.Skipped(NotConfirmed)) { From = plan.From, To = plan.To, Choice = plan.Choice, Reason = Why };
        }

        await CheckRegistryAsync(target, plan, cancellationToken);
        await using var held = await LockAsync(cluster, target, runId, WaitForLock, BreakLock, cancellationToken);
        var options = new RollbackOptions { Timeout = Timeout ?? target.Rollout.Timeout, Reason = Why, Lock = held };
        var undone = await DeploymentRollback.ApplyAsync(cluster, plan, options, runId, Reporter, cancellationToken) with { Reason = Why };
        await RememberAsync(cluster, undone, cancellationToken);
        return undone;
    }

    private async Task<RollbackRequest> ChooseAsync(ClusterClient cluster, Target target, CancellationToken cancellationToken)
    {
        if (ToDigest is not null)
        {
            var image = (await new ImagePublisher().ResolveAsync(target, ToDigest, cancellationToken)).Reference;
            return new RollbackRequest { ToImage = image, Choice = "the operator named the image" };
        }

        var previous = Target.Step switch { Rollout rollout => rollout.PreviousRevision, Verification verification => verification.PreviousRevision, _ => null };
        return await GoodGround.FindAsync(cluster, target, previous, cancellationToken);
    }

    // A node may still have the image, so a registry that does not answer is no reason to stay on bad ground; one that says no is said aloud.
    private async Task CheckRegistryAsync(Target target, RollbackPlan plan, CancellationToken cancellationToken)
    {
        if (plan.ChangesNothing || plan.Image.Length == 0) return;
        try
        {
            await new ImagePublisher().ResolveAsync(target, plan.Image, cancellationToken);
        }
        catch (DeployException e)
        {
            Reporter.Warning($"Whether the registry still has {plan.Image} is not sure: {e.Message}");
        }
    }
}
