namespace RsolvDeploy;

/// <summary>How the pull request of a mitigation is recognized, and when it is required.</summary>
public sealed record WorkflowPullRequestSettings
{
    /// <summary>A glob for the name of its branch.</summary>
    public string Branch { get; init; } = "rsolv/*";

    /// <summary>A regular expression for the line of the log with the trust score as its first group; null for none.</summary>
    public string? TrustScore { get; init; }

    /// <summary>The trust score above which a pull request is opened.</summary>
    public double Above { get; init; } = 80;
}
