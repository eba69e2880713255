namespace RsolvDeploy.Rollouts;

/// <summary>Where a rollout stands.</summary>
internal enum RolloutPhase
{
    /// <summary>It is under way.</summary>
    Progressing,

    /// <summary>Every wanted pod runs the image and is ready, and no old pod is waited for.</summary>
    Complete,

    /// <summary>It failed, for a cause that is certain.</summary>
    Failed,
}
