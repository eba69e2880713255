using RsolvDeploy.Health.Exposition;

namespace RsolvDeploy.Health;

/// <summary>What the platform's own endpoints showed.</summary>
/// <param name="Findings">The findings, in the order of the checklist.</param>
/// <param name="Metrics">What <c>/metrics</c> answered; null when it did not answer 200.</param>
internal sealed record HealthReport(IReadOnlyList<Finding> Findings, ExpositionDocument? Metrics);
