namespace RsolvDeploy.Staging;

/// <summary>What a validation records when it starts, so that a resumed one continues the same run of the workflow.</summary>
/// <param name="Repository">The repository; empty when the validation was skipped.</param>
/// <param name="Marker">The marker in the title of the run.</param>
/// <param name="Since">When it was dispatched, at the earliest, UTC.</param>
/// <param name="Decision">The decision.</param>
/// <param name="DecidedBy">Who decided.</param>
internal sealed record StagingFacts(
    string Repository, string Marker, DateTimeOffset Since, StagingDecision Decision, string DecidedBy)
{
    /// <summary>The reason of a skipped validation; null for none.</summary>
    public string? Reason { get; init; }

    /// <summary>The counters of staging before the dispatch; null when they were not read.</summary>
    public CounterBaseline? Counters { get; init; }

    /// <summary>The id of the run; null until it is known.</summary>
    public long? WorkflowRunId { get; init; }
}
