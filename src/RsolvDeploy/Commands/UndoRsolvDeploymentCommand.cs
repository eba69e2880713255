using System.Management.Automation;
using RsolvDeploy.Backups;
using RsolvDeploy.Binding;
using RsolvDeploy.Checklist;
using RsolvDeploy.Cluster;
using RsolvDeploy.Completion;
using RsolvDeploy.Errors;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Rollbacks;

namespace RsolvDeploy.Commands;

/// <summary>Takes a deployment back: to the previous revision, to a given one, or to what a backup holds.</summary>
/// <remarks>
/// Without -ToRevision and -BackupPath the revision before is gone back to; behind a rollout or a verification, the one that they name.
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

    /// <summary>The revision to go back to; the one before when not given. Binds from the property <c>PreviousRevision</c>.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("PreviousRevision")]
    public long? ToRevision { get; set; }

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
        if (ToRevision is not null && BackupPath is not null && MyInvocation.BoundParameters.ContainsKey(nameof(BackupPath)) && Target.Step is null)
        {
            throw new DeployException(
                "UndoAmbiguous", FaultCategory.InvalidArgument, "Both a revision and a backup were given to go back to.", "Give -ToRevision or -BackupPath, not both.");
        }

        var folder = FullPath(BackupPath);
        var template = folder is null ? null : await BackupFolder.Open(folder).ReadObjectAsync("Deployment", target.Deployment, cancellationToken);
        using var cluster = ClusterClient.Connect(target, Reporter);
        var request = new RollbackRequest { ToRevision = template is null ? ToRevision : null, Template = template, Failed = Target.Step as Rollout };
        var plan = await DeploymentRollback.PlanAsync(cluster, target, request, cancellationToken);
        if (!await ConfirmAsync($"{target.Namespace}/{target.Deployment} in {cluster.ContextName}", $"Go back from {plan.From} to {plan.To}", cancellationToken))
        {
            return new Rollback(target, runId, StepStatus.Planned, StepChecks.Undo.Skipped(NotConfirmed)) { From = plan.From, To = plan.To, Reason = Why };
        }

        var undone = await DeploymentRollback.ApplyAsync(cluster, plan, new RollbackOptions { Timeout = Timeout ?? target.Rollout.Timeout, Reason = Why }, runId, Reporter, cancellationToken);
        return undone with { Reason = Why };
    }
}
