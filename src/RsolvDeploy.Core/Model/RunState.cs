namespace RsolvDeploy;

/// <summary>How far a run got.</summary>
public enum RunState
{
    /// <summary>It was opened, and nothing was done in it yet.</summary>
    Open,

    /// <summary>A process is in the middle of it.</summary>
    Running,

    /// <summary>Every step that it came to ended well.</summary>
    Completed,

    /// <summary>A step failed.</summary>
    Failed,

    /// <summary>Its process ended in the middle of it; <c>Resume-RsolvDeployment</c> resumes it.</summary>
    Interrupted,

    /// <summary>Its ledger is not as it was written.</summary>
    Tampered,
}
