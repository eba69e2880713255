namespace RsolvDeploy;

/// <summary>How a step of the deployment ended.</summary>
public enum StepStatus
{
    /// <summary>Everything required was done and shown.</summary>
    Succeeded,

    /// <summary>A required check failed, or the change did not hold.</summary>
    Failed,

    /// <summary>The time allowed ran out before the end was seen; the change may still complete.</summary>
    TimedOut,

    /// <summary>Nothing was done because an earlier step did not succeed; the checks name it.</summary>
    Skipped,

    /// <summary>Nothing was done because of <c>-WhatIf</c> or a declined confirmation.</summary>
    Planned,
}
