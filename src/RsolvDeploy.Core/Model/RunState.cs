namespace RsolvDeploy;

/// <summary>The state of a run.</summary>
public enum RunState
{
    /// <summary>It was opened, and no step has run yet.</summary>
    Open,

    /// <summary>A process works on it.</summary>
    Running,

    /// <summary>All started steps ended without failure.</summary>
    Completed,

    /// <summary>A step failed.</summary>
    Failed,

    /// <summary>Its process ended before the run was complete; <c>Resume-RsolvDeployment</c> resumes it.</summary>
    Interrupted,

    /// <summary>Its ledger was altered.</summary>
    Tampered,
}
