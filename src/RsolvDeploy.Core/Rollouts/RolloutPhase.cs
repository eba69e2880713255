namespace RsolvDeploy.Rollouts;

/// <summary>Where a rollout stands.</summary>
internal enum RolloutPhase
{
    /// <summary>It is under way.</summary>
    Progressing,

    /// <summary>Every wanted pod runs the image and is ready, and the old ones are gone.</summary>
    Complete,

    /// <summary>It cannot succeed.</summary>
    Failed,
}
