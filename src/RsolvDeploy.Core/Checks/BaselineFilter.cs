namespace RsolvDeploy.Checks;

/// <summary>Separates what failed already before the deployment from what is new.</summary>
internal static class BaselineFilter
{
    /// <summary>
    /// A check that was not met before either is not blamed on the deployment. What could not be measured stays as it is.
    /// </summary>
    public static CheckOutcome Apply(CheckDefinition definition, CheckOutcome outcome, Baseline? before) =>
        outcome.Result == CheckResult.NotMet && before?.HealthFailing.Contains(definition.Id) == true
            ? outcome with { Result = CheckResult.NotMetBefore, Evidence = $"{outcome.Evidence}; it failed already before the deployment" }
            : outcome;
}
