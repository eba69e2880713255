namespace RsolvDeploy.Rollouts.Diagnostics;

/// <summary>Something that keeps a rollout from succeeding.</summary>
/// <param name="Cause">Its row in the table of causes.</param>
/// <param name="Diagnosis">What it is.</param>
internal sealed record PodIssue(RolloutCause Cause, Diagnosis Diagnosis)
{
    /// <summary>Creates one, whose diagnosis has the cause's name.</summary>
    /// <param name="cause">Its row in the table of causes.</param>
    /// <param name="message">What happened, in one sentence.</param>
    /// <param name="remedy">What to do next.</param>
    public static PodIssue Create(RolloutCause cause, string message, string remedy) =>
        new(cause, new Diagnosis(cause.Id, message) { Remedy = remedy });

    /// <summary>The pod's uid; empty when it is not one pod's issue.</summary>
    public string PodUid { get; init; } = "";

    /// <summary>Whether it can fail a rollout at all; false while restarts are left, and for what is known to pass.</summary>
    public bool CanFail { get; init; } = true;

    /// <summary>Whether it is certain now, whatever the patience of its cause.</summary>
    public bool IsProven { get; init; }

    /// <summary>Another cause whose patience it has, unless its own is configured; null for its own.</summary>
    public RolloutCause? WaitsLike { get; init; }

    /// <summary>How long it has to stay before it is certain; null when it is only reported.</summary>
    public TimeSpan? PatienceIn(RolloutSettings settings) =>
        settings.PatienceFor(WaitsLike is { } like && !settings.Patience.ContainsKey(Cause.Id) ? like : Cause);

    /// <summary>
    /// Whether it is certain only when it happens once more after its patience: who tries again waits longer each time, and a back-off
    /// proves nothing.
    /// </summary>
    public bool IsRetried { get; init; }

    /// <summary>
    /// Whether its attempts are known to double their distance but cannot be counted: after twice its patience one of them came after it.
    /// </summary>
    public bool IsUncounted { get; init; }

    /// <summary>Whether it happens now, where nothing counts how often; false in a back-off.</summary>
    public bool IsHappening { get; init; }

    /// <summary>How often it has happened: how often a container ended, or a failed attempt was reported.</summary>
    public int Occurrences { get; init; }

    /// <summary>How often it has to happen before it is certain.</summary>
    public int Required { get; init; }

    /// <summary>Something that starts the wait again when it changes, as an autoscaler's event; null for nothing.</summary>
    public string? Renewal { get; init; }

    /// <summary>Whether the wait stands still, because what causes it is about to pass.</summary>
    public bool IsSuspended { get; init; }

    /// <summary>What identifies it from one evaluation to the next.</summary>
    public IssueKey Key => new(Cause.Id, PodUid, Diagnosis.Container ?? "");
}
