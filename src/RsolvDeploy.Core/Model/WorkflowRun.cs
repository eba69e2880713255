namespace RsolvDeploy;

/// <summary>A run of the staging workflow on GitHub.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Url">Its page.</param>
public sealed record WorkflowRun(long Id, string Url)
{
    /// <summary>The attempt; more than 1 after a re-run.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>The status as GitHub names it, <c>queued</c>, <c>in_progress</c> or <c>completed</c>.</summary>
    public string Status { get; init; } = "";

    /// <summary>The conclusion as GitHub names it, such as <c>success</c> or <c>failure</c>; null until it is completed.</summary>
    public string? Conclusion { get; init; }

    /// <summary>The commit that it runs.</summary>
    public string Commit { get; init; } = "";

    /// <summary>When it was created, UTC.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>The job that failed first; null for none.</summary>
    public string? FailedJob { get; init; }

    /// <summary>The step that failed first; null for none.</summary>
    public string? FailedStep { get; init; }

    /// <summary>The end of the log of the failed step. Lines that may contain a credential are redacted.</summary>
    public IReadOnlyList<string> Log { get; init => field = value.ToArray(); } = [];

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"{Id}: {Conclusion ?? Status}";
}
