using System.Management.Automation;
using RsolvDeploy.Binding;
using RsolvDeploy.Cluster;
using RsolvDeploy.Completion;
using RsolvDeploy.Errors;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Steps;
using RsolvDeploy.Triggers;

namespace RsolvDeploy.Commands;

/// <summary>Watches a deployment for a while and puts out each rollback trigger as it fires.</summary>
/// <remarks>
/// The triggers are those of the configuration: a crash loop that lasts, an error rate by PromQL, the health document's database, /health and /metrics
/// that fail several times in a row, lines of the pods' logs. A person says from any machine that something is broken by an annotation:
/// <c>kubectl annotate deployment NAME rsolv.dev/broken='what'</c>; the way back takes it off. No data is not an error rate. A trigger is told once, and again only after it was well in between. With
/// -Rollback the first one takes the deployment back to good ground, and the watch ends.
/// </remarks>
/// <example>
/// <code>Watch-RsolvDeployment production -For 1:00:00</code>
/// <para>Watches production for the first hour.</para>
/// </example>
/// <example>
/// <code>$rollout | Watch-RsolvDeployment -For 0:15:00 | Select-Object -First 1 | Undo-RsolvDeployment</code>
/// <para>Watches what was just rolled out, and asks to take it back at the first trigger.</para>
/// </example>
[Cmdlet(VerbsCommon.Watch, "RsolvDeployment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(FiredTrigger))]
public sealed class WatchRsolvDeploymentCommand : RsolvCmdlet
{
    /// <summary>What to watch: a target's name, a target, or the result of an earlier step.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(TargetNameCompleter))]
    public TargetReference Target { get; set; } = null!;

    /// <summary>For how long.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateTimeout]
    public TimeSpan For { get; set; }

    /// <summary>Takes the deployment back at the first trigger, after asking, and ends.</summary>
    [Parameter]
    public SwitchParameter Rollback { get; set; }

    /// <summary>Goes back also when migrations were applied since that release ran; which ones is recorded.</summary>
    [Parameter]
    public SwitchParameter AllowSchemaMismatch { get; set; }

    /// <summary>What was wrong before the deployment, from Test-RsolvEnvironment; comes down the pipeline. An endpoint that failed already is not watched, and the error rate there was then is added to the limit of trigger.error-rate.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public Baseline? Baseline { get; set; }

    /// <summary>The configuration file; found upward from the current folder when not given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? ConfigurationPath { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var target = TargetSource.Resolve(Target, FullPath(ConfigurationPath), CurrentFolder);
        var runId = RunIdOf(Target);
        using var cluster = ClusterClient.Connect(target, Reporter);
        using var acted = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        FiredTrigger? first = null;
        try
        {
            var watched = await TriggerWatcher.RunAsync(cluster, target, Baseline, For, FiredAsync, Reporter, acted.Token);
            if (watched.Count == 0) throw new DeployException("NoTriggers", FaultCategory.InvalidOperation, $"Target {target.Name} configures no trigger to watch.", "Set 'triggers' of the target, and 'url' or 'prometheus' for those that need them.") { Subject = target.Name };
        }
        catch (OperationCanceledException) when (first is not null && !cancellationToken.IsCancellationRequested)
        {
            await ActAsync(cluster, target, first, cancellationToken);
        }

        async Task FiredAsync(string id, string evidence)
        {
            var trigger = new FiredTrigger(target, runId, id, DateTimeOffset.UtcNow, evidence) { Baseline = Baseline };
            if (!Rollback)
            {
                await EmitAsync(trigger, cancellationToken);
                return;
            }

            first ??= trigger;
            await acted.CancelAsync(); // one way back is enough
        }
    }

    private async Task ActAsync(ClusterClient cluster, Target target, FiredTrigger trigger, CancellationToken cancellationToken)
    {
        var reason = $"{trigger.Id}: {trigger.Evidence}";
        var request = await LastKnownGood.FindAsync(cluster, target, (Target.Step as Rollout)?.PreviousRevision, cancellationToken) with { AllowSchemaMismatch = AllowSchemaMismatch };
        var plan = await RollbackPlanner.PlanAsync(cluster, target, request, cancellationToken);
        var undone = await new RollbackAction(this, cluster, trigger.RunId) { Reason = reason, Baseline = Baseline }.RunAsync(plan, cancellationToken);
        await EmitAsync(undone.Status == StepStatus.Planned ? trigger : trigger with { Rollback = undone }, cancellationToken);
    }
}
