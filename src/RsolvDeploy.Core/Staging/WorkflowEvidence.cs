using RsolvDeploy.Staging.GitHub;

namespace RsolvDeploy.Staging;

/// <summary>What a run of the workflow left: jobs, artifacts, branches, pull request and log.</summary>
/// <param name="Run">The run.</param>
/// <param name="Jobs">Its jobs.</param>
internal sealed record WorkflowEvidence(WorkflowRun Run, IReadOnlyList<Job> Jobs)
{
    /// <summary>The names of its artifacts.</summary>
    public IReadOnlyList<string> Artifacts { get; init; } = [];

    /// <summary>The branches with a commit of the run, by the glob that they match; newest first.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Branches { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The pull request; null for none.</summary>
    public FoundPullRequest? PullRequest { get; init; }

    /// <summary>The lines of the log, by the pattern that they match.</summary>
    public IReadOnlyDictionary<string, LogQuery> Log { get; init; } = new Dictionary<string, LogQuery>();

    /// <summary>The validation branch; null when none was found.</summary>
    public string? BranchOf(string glob) => Branches.GetValueOrDefault(glob) is [var newest, ..] ? newest : null;

    /// <summary>The number of a line of the log; null when there is none.</summary>
    public double? NumberOf(string? pattern) => pattern is null ? null : Log.GetValueOrDefault(pattern)?.Number;
}
