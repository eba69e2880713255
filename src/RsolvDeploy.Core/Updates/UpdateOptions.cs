using RsolvDeploy.Steps;

namespace RsolvDeploy.Updates;

/// <summary>What an update is asked to do.</summary>
internal sealed record UpdateOptions
{
    /// <summary>The image to deploy, by tag or digest; null for the one that the publish before it made.</summary>
    public string? Image { get; init; }

    /// <summary>How long the rollout may take; null for the configured time.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Whether to roll back when the rollout fails or times out.</summary>
    public bool RollbackOnFailure { get; init; }

    /// <summary>Whether to write also when the specification changed after the change was shown.</summary>
    public bool AcceptDrift { get; init; }

    /// <summary>Whether a rollback may cross migrations that were applied since that release ran.</summary>
    public bool AllowSchemaMismatch { get; init; }

    /// <summary>Why; stored in the history and in the change cause. Empty when the operator gave no reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>How the lock is acquired.</summary>
    public LockOptions Lock { get; init; }
}
