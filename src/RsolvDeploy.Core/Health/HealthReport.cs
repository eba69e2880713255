using RsolvDeploy.Health.Exposition;

namespace RsolvDeploy.Health;

/// <summary>What the platform's own endpoints showed.</summary>
/// <param name="Checks">The checks, in the order of the checklist.</param>
/// <param name="Metrics">The document of <c>/metrics</c>; null when it did not respond with 200.</param>
internal sealed record HealthReport(IReadOnlyList<Check> Checks, ExpositionDocument? Metrics)
{
    /// <summary>The median response time of each endpoint by its path, where samples were taken and responded to.</summary>
    public IReadOnlyDictionary<string, TimeSpan> ResponseTimes { get; init; } = new Dictionary<string, TimeSpan>();
}
