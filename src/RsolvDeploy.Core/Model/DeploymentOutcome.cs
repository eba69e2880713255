namespace RsolvDeploy;

/// <summary>How a deployment ended.</summary>
public enum DeploymentOutcome : long
{
    /// <summary>The new release runs, and every success criterion is met.</summary>
    Succeeded,

    /// <summary>The new release was rolled back, and the earlier one runs again.</summary>
    RolledBack,

    /// <summary>A step or a success criterion failed, and nothing was rolled back.</summary>
    Failed,
}
