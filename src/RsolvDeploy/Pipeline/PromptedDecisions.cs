using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using RsolvDeploy.Deployments.Checklist;
using RsolvDeploy.Errors;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.Pipeline;

/// <summary>
/// Asks the operator at the prompt of the host, and proposes the configured answer. Where the host cannot ask, a command that was confirmed
/// beforehand takes the configured answer; any other stops with an error, and leaves the decision to the operator.
/// </summary>
/// <param name="cmdlet">The command.</param>
internal sealed class PromptedDecisions(RsolvCmdlet cmdlet) : IDecisions
{
    /// <inheritdoc/>
    public Task<PolicyAction> DecideAsync(Decision decision, CancellationToken ct) => cmdlet.OnPipelineAsync(() => Prompt(decision), ct);

    private PolicyAction Prompt(Decision decision)
    {
        var choices = new Collection<ChoiceDescription>(
            [.. decision.Choices.Select(choice => new ChoiceDescription(LabelOf(choice), HelpOf(choice)))]);
        try
        {
            var proposed = Math.Max(0, decision.Choices.ToList().IndexOf(decision.Configured));
            var evidence = cmdlet.Redactor.Apply(decision.Evidence);
            var question = TextRedaction.Visible($"{decision.Subject}: {decision.Question}");
            return decision.Choices[cmdlet.Host.UI.PromptForChoice(question, evidence, choices, proposed)];
        }
        catch (Exception e) when (e is HostException or PSInvalidOperationException or NotImplementedException or NotSupportedException)
        {
            return cmdlet.IsConfirmedBeforehand ? TakeConfigured(decision) : Refuse(decision, e);
        }
    }

    // A release that was changed already must not stay without an answer.
    private PolicyAction TakeConfigured(Decision decision)
    {
        cmdlet.WriteWarning(cmdlet.Redactor.Apply(
            $"This host cannot ask about {decision.Subject}: {decision.Question} {decision.Evidence} "
                + $"The configured answer is taken: {decision.Configured}."));
        return decision.Configured;
    }

    // Nobody said that the configured answer will do, and rolling back or going on is not a guess to make.
    private PolicyAction Refuse(Decision decision, Exception cause)
    {
        var error = new DeployException(
            "QuestionNotAsked",
            FaultCategory.InvalidOperation,
            $"This host cannot ask about {decision.Subject}: {decision.Question} {decision.Evidence}",
            "Deploy again in a terminal, or with -NonInteractive, which takes the configured answer of the policy. "
                + "The run has stopped; a release that it changed stays until you roll it back or sign it off.",
            cause);
        cmdlet.WriteError(FaultRecord.Create(error, null, cmdlet.Redactor));
        return PolicyAction.Stop;
    }

    private static string LabelOf(PolicyAction action) => action switch
    {
        PolicyAction.Continue => "&Continue",
        PolicyAction.RollBack => "&Roll back",
        _ => "&Stop",
    };

    private static string HelpOf(PolicyAction action) => action switch
    {
        PolicyAction.Continue => "Continue with the next step.",
        PolicyAction.RollBack => "Roll back to the last known good release.",
        _ => "Stop here, and leave everything as it is.",
    };
}
