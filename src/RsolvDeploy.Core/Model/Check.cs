namespace RsolvDeploy;

/// <summary>One box of the deployment checklist, with its evidence.</summary>
/// <param name="Id">The stable id of the checklist, for example <c>rollout.completed</c>.</param>
/// <param name="Phase">The step that made it: <c>Backup</c>, <c>Publish</c>, <c>Update</c>, <c>Verify</c> or <c>Undo</c>.</param>
/// <param name="Title">What has to be so, in one short sentence.</param>
/// <param name="Status">What was found.</param>
public sealed record Check(string Id, string Phase, string Title, CheckStatus Status)
{
    /// <summary>Whether a failure fails the step. Required by default.</summary>
    public CheckSeverity Severity { get; init; } = CheckSeverity.Required;

    /// <summary>What was seen, in words an operator can act on; the reason when skipped. Never holds a secret value.</summary>
    public string Evidence { get; init; } = "";

    /// <summary>The value that was asked for, when the check compares one; otherwise null.</summary>
    public string? Expected { get; init; }

    /// <summary>The value that was found, when the check compares one; otherwise null.</summary>
    public string? Actual { get; init; }

    /// <summary>What to do when the check did not pass; otherwise null.</summary>
    public string? Remedy { get; init; }

    /// <summary>When the check began, UTC.</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>How long the check took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>True when this check fails its step: required and failed.</summary>
    public bool FailsStep => Status == CheckStatus.Failed && Severity == CheckSeverity.Required;

    /// <summary>Id and status, for strings and logs.</summary>
    public override string ToString() => $"{Id}: {Status}";
}
