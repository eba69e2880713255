namespace RsolvDeploy;

/// <summary>One check of the deployment checklist, with its evidence.</summary>
/// <param name="Id">The stable id of the checklist, for example <c>rollout.completed</c>.</param>
/// <param name="Phase">The phase of the checklist: <c>Environment</c>, <c>Backup</c>, <c>Publish</c>, <c>Update</c>, <c>Migrate</c>,
/// <c>Verify</c>, <c>TestData</c>, <c>Smoke</c>, <c>Watch</c>, <c>Undo</c> or <c>Restore</c>.</param>
/// <param name="Title">What has to be so, in one short sentence.</param>
/// <param name="Status">What was found.</param>
public sealed record Check(string Id, string Phase, string Title, CheckStatus Status)
{
    /// <summary>Whether a failure fails the step. Required by default.</summary>
    public CheckSeverity Severity { get; init; } = CheckSeverity.Required;

    /// <summary>What was observed, in words an operator can act on; the reason when skipped. Never holds a secret value.</summary>
    public string Evidence { get; init; } = "";

    /// <summary>The required value or limit, when the check compares one; otherwise null. A number is a <see cref="long"/> or a
    /// <see cref="double"/>, so that programs can compare it and JSON keeps it; everything else is text or a <see cref="bool"/>.</summary>
    public object? Expected { get; init => field = CheckValue.From(value); }

    /// <summary>The value that was found, when the check compares one; otherwise null. Of the same type as <see cref="Expected"/>, or the
    /// text <c>no response</c> or <c>never</c> when there was nothing to measure.</summary>
    public object? Actual { get; init => field = CheckValue.From(value); }

    /// <summary>The unit of <see cref="Expected"/> and <see cref="Actual"/>, in plain words: <c>s</c>, <c>ms</c>, <c>days</c>,
    /// <c>bytes</c>, <c>pods</c>, <c>replicas</c>, <c>objects</c>, <c>ratio</c>, <c>digest</c> …; null when the check
    /// compares nothing.</summary>
    public string? Unit { get; init; }

    /// <summary>What to do when the check did not pass; otherwise null.</summary>
    public string? Remedy { get; init; }

    /// <summary>When the check began, UTC.</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>How long the check took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The finer result behind the status; it decides verdicts, and is not recorded.</summary>
    internal CheckResult Result { get; init; }

    /// <summary>Whether a measurement that failed may succeed later; it is not recorded.</summary>
    internal bool MayRecover { get; init; }

    /// <summary>True when this check fails its step: required and failed.</summary>
    public bool FailsStep => Status == CheckStatus.Failed && Severity == CheckSeverity.Required;

    /// <summary>Id and status, for strings and logs.</summary>
    public override string ToString() => $"{Id}: {Status}";
}
