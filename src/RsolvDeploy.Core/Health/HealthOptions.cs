namespace RsolvDeploy.Health;

/// <summary>The options of a verification of the platform's own endpoints.</summary>
internal sealed record HealthOptions
{
    /// <summary>How many requests are measured; null for the configured number.</summary>
    public int? Samples { get; init; }
}
