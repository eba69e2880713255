namespace RsolvDeploy.Rollouts.Diagnostics;

/// <summary>Since when an issue has stayed. All times are counted from the start of the watch.</summary>
/// <param name="Since">When it began.</param>
/// <param name="Last">When it was last observed.</param>
internal sealed record IssueSpan(TimeSpan Since, TimeSpan Last)
{
    /// <summary>How often the issue reported that it had happened, when last observed.</summary>
    public int Reported { get; init; }

    /// <summary>How often it is known to have happened.</summary>
    public int Occurrences { get; init; }

    /// <summary>When it happened last.</summary>
    public TimeSpan OccurredAt { get; init; }

    /// <summary>What started the wait, as <see cref="PodIssue.Renewal"/>.</summary>
    public string? Renewal { get; init; }

    /// <summary>The span with one more observation of the issue.</summary>
    public IssueSpan With(PodIssue issue, TimeSpan at)
    {
        var renewed = issue.IsSuspended || issue.Renewal != Renewal;
        var happened = issue.Occurrences > Reported;
        return this with
        {
            Since = renewed ? at : Since,
            Last = at,
            Reported = issue.Occurrences,
            Occurrences = happened ? Occurrences + 1 : Occurrences,
            OccurredAt = happened || issue.IsHappening ? at : OccurredAt,
            Renewal = issue.Renewal,
        };
    }
}
