using RsolvDeploy.Steps;

namespace RsolvDeploy.Updates;

/// <summary>The options of an update.</summary>
internal sealed record UpdateOptions
{
    /// <summary>The image to deploy, by tag or digest; null for the image of the preceding publish.</summary>
    public string? Image { get; init; }

    /// <summary>How long the rollout may take; null for the configured time.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Whether to roll back when the rollout fails or times out.</summary>
    public bool RollbackOnFailure { get; init; }

    /// <summary>Whether to write although the specification changed after the plan was shown.</summary>
    public bool AcceptDrift { get; init; }

    /// <summary>Whether a rollback may cross migrations that were applied since that release ran.</summary>
    public bool AllowSchemaMismatch { get; init; }

    /// <summary>The reason, for the history and the change cause; empty when the operator specified none.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Who allows the update in a freeze window; null for nobody.</summary>
    public FreezeOverride? FreezeOverride { get; init; }

    /// <summary>How the lock is acquired.</summary>
    public LockOptions Lock { get; init; }
}
