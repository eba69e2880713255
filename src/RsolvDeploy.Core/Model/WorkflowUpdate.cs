namespace RsolvDeploy;

/// <summary>How a missing or different workflow file is written to the repository.</summary>
public enum WorkflowUpdate : long
{
    /// <summary>It is not written.</summary>
    None,

    /// <summary>By a pull request, which somebody has to merge.</summary>
    PullRequest,

    /// <summary>By a commit on the branch.</summary>
    Commit,
}
