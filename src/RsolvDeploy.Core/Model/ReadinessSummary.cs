namespace RsolvDeploy;

/// <summary>What is known before a deployment, and what it recommends.</summary>
/// <param name="Recommendation">Option A to validate staging, or option B to deploy without it.</param>
public sealed record ReadinessSummary(string Recommendation)
{
    /// <summary>What is known with high confidence.</summary>
    public IReadOnlyList<string> HighConfidence { get; init => field = value.ToArray(); } = [];

    /// <summary>What is not verified.</summary>
    public IReadOnlyList<string> NotVerified { get; init => field = value.ToArray(); } = [];

    /// <summary>The risks that a deployment takes now.</summary>
    public IReadOnlyList<string> Risks { get; init => field = value.ToArray(); } = [];

    /// <summary>The reasons of the recommendation.</summary>
    public IReadOnlyList<string> Reasons { get; init => field = value.ToArray(); } = [];

    /// <summary>The recommendation.</summary>
    public override string ToString() => Recommendation;
}
