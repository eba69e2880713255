namespace RsolvDeploy;

/// <summary>One phase of a deployment.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Name">Its name: <c>Environment</c>, <c>Backup</c>, <c>Publish</c>, <c>Update</c> …</param>
/// <param name="Status">How it ended; null when it was not started.</param>
public sealed record PhaseResult(int Number, string Name, StepStatus? Status)
{
    /// <summary>When it started, UTC; null when it was not started.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>How long it was expected to take.</summary>
    public PhaseEstimate? Estimate { get; init; }

    /// <summary>What it came to, in one sentence; why it was not started.</summary>
    public string Evidence { get; init; } = "";

    /// <summary>Its checks; empty when it was not started.</summary>
    public IReadOnlyList<Check> Checks { get; init => field = value.ToArray(); } = [];

    /// <summary>Its result; null when it was not started.</summary>
    internal IStepResult? Result { get; init; }

    /// <summary>Name and status, for strings and logs.</summary>
    public override string ToString() => $"{Name}: {(Status is { } status ? $"{status}" : "not started")}";
}
