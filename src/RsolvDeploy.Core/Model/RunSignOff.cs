namespace RsolvDeploy;

/// <summary>The sign-off of a run: the result of <c>Complete-RsolvDeployment</c>.</summary>
public sealed record RunSignOff(TargetIdentity Target, string RunId, StepStatus Status, IReadOnlyList<Check> Checks) : IStepResult
{
    /// <summary>The success criteria and the manual checks.</summary>
    public IReadOnlyList<Check> Checks { get; init => field = value.ToArray(); } = Checks.ToArray();

    /// <summary>How the deployment ended; null when the run was not signed off.</summary>
    public DeploymentOutcome? Outcome { get; init; }

    /// <summary>Who signed off, <c>user@machine</c>; empty when nobody did.</summary>
    public string SignedOffBy { get; init; } = "";

    /// <summary>When, UTC; null when nobody did.</summary>
    public DateTimeOffset? SignedOffAt { get; init; }

    /// <summary>The comment of the sign-off; empty when there is none.</summary>
    public string Comment { get; init; } = "";

    /// <summary>The attestation in the registry, <c>repository@sha256:…</c>; null when nothing was attested.</summary>
    public string? Attestation { get; init; }

    /// <summary>What was decided about the manual checks, oldest first.</summary>
    public IReadOnlyList<Approval> Approvals { get; init => field = value.ToArray(); } = [];

    /// <summary>The steps of the run with their status: <c>Update: Succeeded</c>.</summary>
    public IReadOnlyList<string> Phases { get; init => field = value.ToArray(); } = [];

    /// <inheritdoc/>
    public Baseline? Baseline { get; init; }

    IStepResult IStepResult.WithBaseline(Baseline baseline) => this with { Baseline = baseline };

    /// <summary>In one short sentence.</summary>
    public override string ToString() => Outcome is { } outcome
        ? $"Run {RunId} of {Target.Name}: {outcome}, signed off by {SignedOffBy}"
        : $"Run {RunId} of {Target.Name}: not signed off";
}
