namespace RsolvDeploy;

/// <summary>How a phase of the workflow is recognized: everything that is set has to be found.</summary>
public sealed record WorkflowPhaseSettings
{
    /// <summary>A glob for the name of a job that succeeded.</summary>
    public string? Job { get; init; }

    /// <summary>A glob for the name of a step, or of a job, that succeeded.</summary>
    public string? Step { get; init; }

    /// <summary>A glob for the name of an artifact.</summary>
    public string? Artifact { get; init; }

    /// <summary>A glob for the name of a branch with a commit of the workflow run.</summary>
    public string? Branch { get; init; }

    /// <summary>A regular expression for a line of the log.</summary>
    public string? Log { get; init; }
}
