namespace RsolvDeploy;

/// <summary>How a step of the deployment ended.</summary>
public enum StepStatus : long
{
    /// <summary>All required checks passed.</summary>
    Succeeded,

    /// <summary>A required check failed, or the change failed.</summary>
    Failed,

    /// <summary>The time limit was reached before the end; the change may still complete.</summary>
    TimedOut,

    /// <summary>Nothing was changed, because a previous step did not succeed; the checks name it.</summary>
    Skipped,

    /// <summary>Nothing was changed, because of <c>-WhatIf</c> or a declined confirmation.</summary>
    Planned,
}
