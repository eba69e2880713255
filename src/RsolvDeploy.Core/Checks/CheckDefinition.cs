using RsolvDeploy.Errors;

namespace RsolvDeploy.Checks;

/// <summary>A box of the checklist that is ticked before a deployment.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">What it shows.</param>
internal sealed record CheckDefinition(string Id, string Title)
{
    private const string Phase = "Environment";

    public CheckSeverity Severity { get; init; } = CheckSeverity.Required;

    /// <summary>Looks, and takes the time. What something answers badly, or not at all, is a finding; only cancellation is thrown.</summary>
    public async Task<Check> EvaluateAsync(Func<Task<CheckOutcome>> look)
    {
        var started = TimeProvider.System.GetUtcNow();
        CheckOutcome found;
        try
        {
            found = await look();
        }
        catch (DeployException fault)
        {
            found = CheckOutcome.Failed(fault.Message, fault.Remedy);
        }

        return new Check(Id, Phase, Title, found.Status)
        {
            Severity = Severity,
            Evidence = found.Evidence,
            Remedy = found.Remedy,
            Started = started,
            Duration = TimeProvider.System.GetUtcNow() - started,
        };
    }

    /// <summary>Not looked at.</summary>
    public Check Skip(string reason) =>
        new(Id, Phase, Title, CheckStatus.Skipped) { Severity = Severity, Evidence = reason, Started = TimeProvider.System.GetUtcNow() };
}
