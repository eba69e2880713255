using RsolvDeploy.Health.Exposition;

namespace RsolvDeploy.Health;

/// <summary>What the platform's own endpoints showed.</summary>
/// <param name="Findings">The findings, in the order of the checklist.</param>
/// <param name="Metrics">What <c>/metrics</c> answered; null when it did not answer 200.</param>
internal sealed record HealthReport(IReadOnlyList<Finding> Findings, ExpositionDocument? Metrics)
{
    /// <summary>The median response time of each endpoint by its path, where samples were taken and answered.</summary>
    public IReadOnlyDictionary<string, TimeSpan> ResponseTimes { get; init; } = new Dictionary<string, TimeSpan>();
}
