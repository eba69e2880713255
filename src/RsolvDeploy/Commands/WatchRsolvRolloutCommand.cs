using System.Management.Automation;
using RsolvDeploy.Binding;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Steps;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Commands;

/// <summary>Watches a rollout that is under way until it ends, whoever began it.</summary>
/// <remarks>
/// The rollout may have been started by kubectl, by another machine, or by an update that was stopped with Ctrl+C. The progress, the
/// timeline and the verdict are those of Update-RsolvDeployment. Several workloads are watched at once to one verdict; while a run holds
/// the lock, the watch waits for the workloads that it has yet to write. A rollout that is already complete and stable returns at once. The
/// command only reads: it takes no lock, records nothing in the history, and never rolls back. When somebody sets another image during
/// the watch, the rollout that was watched has failed as Superseded.
/// </remarks>
/// <example>
/// <code>Watch-RsolvRollout production</code>
/// <para>Watches the rollout of production to its end.</para>
/// </example>
/// <example>
/// <code>Watch-RsolvRollout production -Timeout 2m | Test-RsolvMetrics</code>
/// <para>Waits for at most two minutes, and verifies the release when the rollout succeeded.</para>
/// </example>
[Cmdlet(VerbsCommon.Watch, "RsolvRollout", HelpUri = OnlineHelp.Address)]
[OutputType(typeof(Rollout))]
public sealed class WatchRsolvRolloutCommand : StepCmdlet
{
    /// <summary>Specifies how long to watch. The default is the configured time of a rollout (5 minutes).</summary>
    [Parameter]
    [Duration]
    [ValidateTimeout]
    public TimeSpan? Timeout { get; set; }

    private protected override StepInvocation Invocation =>
        StepInvocation.Create(new RolloutWatchStep(), new RolloutWatchOptions { Timeout = Timeout });
}
