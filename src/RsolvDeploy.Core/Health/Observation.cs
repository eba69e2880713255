namespace RsolvDeploy.Health;

/// <summary>What one measurement saw.</summary>
/// <param name="Outcome">What it came to.</param>
/// <param name="Evidence">What was seen, with the numbers.</param>
internal sealed record Observation(Outcome Outcome, string Evidence)
{
    public string? Expected { get; init; }

    public string? Actual { get; init; }

    public string? Remedy { get; init; }
}
