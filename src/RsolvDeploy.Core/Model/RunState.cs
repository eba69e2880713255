namespace RsolvDeploy;

/// <summary>The state of a run.</summary>
public enum RunState : long
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

    /// <summary>Nobody who is trusted signed its ledger: it is made up, or of an unknown operator or an older version.</summary>
    Unproven,
}
