using RsolvDeploy.Rollbacks;

namespace RsolvDeploy.Updates;

/// <summary>How an update is carried out.</summary>
internal sealed record UpdateOptions
{
    /// <summary>How long the rollout may take.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Where to go back to when it fails; null for the revision before.</summary>
    public RollbackRequest? RollbackTo { get; init; }

    /// <summary>What was wrong before the deployment; null when nobody looked.</summary>
    public Baseline? Baseline { get; init; }

    /// <summary>Where the ConfigMaps and Secrets of right before are kept; null when they are not.</summary>
    public string? SnapshotBefore { get; init; }

    /// <summary>Why; it stands beside the change.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Whether to write also when somebody else changed the specification after the change was shown.</summary>
    public bool AcceptDrift { get; init; }

    /// <summary>Whether to go back when it fails or does not end in time.</summary>
    public bool RollbackOnFailure { get; init; }

    /// <summary>Whether it may go back also when migrations were applied since the release it goes back to.</summary>
    public bool AllowSchemaMismatch { get; init; }
}
