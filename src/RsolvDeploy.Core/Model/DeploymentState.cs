namespace RsolvDeploy;

/// <summary>What a deployment is doing.</summary>
public enum DeploymentState : long
{
    /// <summary>It is rolled out, and every wanted pod is available.</summary>
    Ready,

    /// <summary>It is rolled out, and wanted pods are missing or not available.</summary>
    Degraded,

    /// <summary>A rollout is under way.</summary>
    RollingOut,

    /// <summary>A rollout made no progress within the progress deadline of the Deployment.</summary>
    Stalled,

    /// <summary>It is paused (<c>kubectl rollout pause</c>): a change of its pod template is not rolled out.</summary>
    Paused,
}
