namespace RsolvDeploy.Health;

/// <summary>Sets what a baseline says failed already apart from what is new.</summary>
internal static class BaselineFilter
{
    /// <summary>A finding that was not met before either is not blamed on the deployment. What could not be measured stays what it is.</summary>
    public static Finding Apply(Finding finding, Baseline? before) =>
        finding.Outcome == Outcome.NotMet && before?.HealthFailing.Contains(finding.Check.Id) == true
            ? new Finding(finding.Check with { Status = CheckStatus.Warning, Evidence = $"{finding.Check.Evidence}; it failed already before the deployment" }, Outcome.NotMetBefore)
            : finding;
}
