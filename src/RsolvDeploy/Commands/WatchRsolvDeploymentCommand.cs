using System.Management.Automation;
using RsolvDeploy.Binding;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Steps;
using RsolvDeploy.Triggers;

namespace RsolvDeploy.Commands;

/// <summary>Watches a deployment for a period and outputs each rollback trigger when it fires.</summary>
/// <remarks>
/// The configuration defines the triggers: a lasting crash loop, an error rate in PromQL, the database status in the health document,
/// repeated failures of /health and /metrics, and patterns in the logs of the pods. An operator can report a broken release from any
/// machine by an annotation: <c>kubectl annotate deployment NAME rsolv.dev/broken='reason'</c>; a rollback removes it. Missing data
/// does not fire the error-rate trigger. A trigger fires once, and again only after it has recovered. With -Rollback the first trigger
/// rolls the deployment back to the last known good release, and the watch ends. Beside the triggers, alerts that begin to fire and,
/// every 15 minutes, a dashboard that does not pass are warnings.
/// </remarks>
/// <example>
/// <code>Watch-RsolvDeployment production -For 1h</code>
/// <para>Watches production for the first hour.</para>
/// </example>
/// <example>
/// <code>$rollout | Watch-RsolvDeployment -For 15m | Select-Object -First 1 | Undo-RsolvDeployment</code>
/// <para>Watches the rollout, and asks to roll back at the first trigger.</para>
/// </example>
[Cmdlet(
    VerbsCommon.Watch, "RsolvDeployment", HelpUri = OnlineHelp.Address, SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(FiredTrigger))]
public sealed class WatchRsolvDeploymentCommand : StepCmdlet
{
    /// <summary>Specifies how long to watch.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [Duration]
    [ValidateTimeout]
    public TimeSpan For { get; set; }

    /// <summary>Indicates that the deployment is rolled back at the first trigger, after a confirmation; then the watch ends.</summary>
    [Parameter]
    public SwitchParameter Rollback { get; set; }

    /// <summary>Indicates that the rollback may cross migrations that were applied since that release ran. The history records
    /// them.</summary>
    [Parameter]
    [EffectiveWith(nameof(Rollback))]
    public SwitchParameter AllowSchemaMismatch { get; set; }

    /// <summary>Specifies the baseline from Test-RsolvEnvironment; the pipeline passes it on. An endpoint that failed in the baseline
    /// is not watched, and its error rate is added to the limit of trigger.error-rate.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Deserialized(typeof(Baseline))]
    public Baseline? Baseline { get; set; }

    private protected override Baseline? KnownBaseline => Baseline;

    private protected override bool EmitsResult => false;

    private protected override StepInvocation Invocation => StepInvocation.Create(
        new WatchStep(),
        new WatchOptions(For) { Rollback = Rollback, AllowSchemaMismatch = AllowSchemaMismatch });
}
