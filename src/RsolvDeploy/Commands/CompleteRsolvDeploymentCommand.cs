using System.Management.Automation;
using RsolvDeploy.Deployments.SignOff;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Commands;

/// <summary>Judges the success criteria of a run, signs it off and closes it.</summary>
/// <remarks>
/// The success criteria of the checklist are judged by what the run recorded: pods, logs, health, metrics, scraping, alerts, response times
/// and the release to roll back to. The command refuses while a required check is open, and names it: a criterion that was not measured, or
/// a manual check that nobody approved (Approve-RsolvCheck). A run that failed or was rolled back is closed with that outcome, and needs no
/// approval. The sign-off is written to the ledger and to the history in the cluster, and a lock that the run left behind is released.
/// Test-RsolvRun proves it later.
/// </remarks>
/// <example>
/// <code>Publish-RsolvImage production | Update-RsolvDeployment -RollbackOnFailure | Test-RsolvMetrics | Complete-RsolvDeployment</code>
/// <para>Deploys, verifies and signs off in one run.</para>
/// </example>
/// <example>
/// <code>Get-RsolvRun 20261128-134254-a1b2c3 | Complete-RsolvDeployment -Comment 'ticket 7 is done'</code>
/// <para>Signs off a recorded run.</para>
/// </example>
[Cmdlet(
    VerbsLifecycle.Complete, "RsolvDeployment", HelpUri = OnlineHelp.Address, SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(RunSignOff))]
public sealed class CompleteRsolvDeploymentCommand : StepCmdlet
{
    /// <summary>Specifies the comment of the sign-off.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Comment { get; set; }

    private protected override StepInvocation Invocation =>
        StepInvocation.Create(new CompletionStep(), new CompletionOptions { Comment = Comment ?? "" });
}
