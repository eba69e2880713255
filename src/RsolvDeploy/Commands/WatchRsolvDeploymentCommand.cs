using System.Management.Automation;
using RsolvDeploy.Binding;
using RsolvDeploy.Pipeline;
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
public sealed class WatchRsolvDeploymentCommand : StepCmdlet
{
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

    private protected override Baseline? KnownBaseline => Baseline;

    private protected override bool EmitsResult => false;

    private protected override StepInvocation Invocation => StepInvocation.Create(
        new WatchStep(),
        new WatchOptions(For) { Rollback = Rollback, AllowSchemaMismatch = AllowSchemaMismatch });
}
