namespace RsolvDeploy;

/// <summary>A whole deployment: the result of <c>Invoke-RsolvDeployment</c>.</summary>
public sealed record DeploymentSummary(
    TargetIdentity Target, string RunId, StepStatus Status, IReadOnlyList<PhaseResult> Phases) : IStepResult
{
    /// <summary>The phases, in their order; a rollback is the last one.</summary>
    public IReadOnlyList<PhaseResult> Phases { get; init => field = value.ToArray(); } = Phases.ToArray();

    /// <summary>The checks of all phases.</summary>
    public IReadOnlyList<Check> Checks { get; } = [.. Phases.SelectMany(phase => phase.Checks)];

    /// <summary>How the deployment ended; null when it was only planned or ended before the release.</summary>
    public DeploymentOutcome? Outcome { get; init; }

    /// <summary>The image that was deployed, <c>repository@sha256:…</c>; null when none was.</summary>
    public string? Image { get; init; }

    /// <summary>The rollback; null when there was none.</summary>
    public Rollback? Rollback { get; init; }

    /// <summary>What to do next, as an instruction.</summary>
    public string Next { get; init; } = "";

    /// <summary>The reason of the deployment.</summary>
    public string Reason { get; init; } = "";

    /// <summary>When it started, UTC.</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }

    /// <inheritdoc/>
    public Baseline? Baseline { get; init; }

    IStepResult IStepResult.WithBaseline(Baseline baseline) => this with { Baseline = baseline };

    /// <summary>In one short sentence; after a rollback it says first how the rollback ended.</summary>
    public override string ToString() =>
        $"{(Rollback is { } rollback ? $"{rollback}. " : "")}Deployment of {Target.Name}: {Outcome?.ToString() ?? Status.ToString()}";
}
