using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using RsolvDeploy.Deployments.Checklist;

namespace RsolvDeploy.Pipeline;

/// <summary>Asks the operator at the prompt of the host; proposes the configured answer, and takes it where the host cannot ask.</summary>
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
            return decision.Choices[cmdlet.Host.UI.PromptForChoice(decision.Question, decision.Evidence, choices, proposed)];
        }
        catch (Exception e) when (e is HostException or PSInvalidOperationException or NotImplementedException or NotSupportedException)
        {
            // A release that was changed already must not stay without an answer.
            cmdlet.WriteWarning(
                $"This host cannot ask: {decision.Question} {decision.Evidence} The configured answer is taken: {decision.Configured}.");
            return decision.Configured;
        }
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
