namespace RsolvDeploy.Rollouts;

/// <summary>How an update is carried out.</summary>
internal sealed record UpdateOptions
{
    /// <summary>How long the rollout may take.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Whether to go back when it fails or does not end in time.</summary>
    public bool RollbackOnFailure { get; init; }
}
