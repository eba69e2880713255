namespace RsolvDeploy;

/// <summary>The validation on staging: the result of <c>Invoke-RsolvStagingValidation</c>.</summary>
public sealed record StagingValidation(TargetIdentity Target, string RunId, StepStatus Status, IReadOnlyList<Check> Checks) : IStepResult
{
    /// <inheritdoc/>
    public IReadOnlyList<Check> Checks { get; init => field = value.ToArray(); } = Checks.ToArray();

    /// <summary>Whether staging is validated or skipped; null when the step did not act.</summary>
    public StagingDecision? Decision { get; init; }

    /// <summary>Who decided; null when the step did not act.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>The reason of a skipped validation; null for none.</summary>
    public string? Reason { get; init; }

    /// <summary>The run of the workflow; null when none was found.</summary>
    public WorkflowRun? Workflow { get; init; }

    /// <summary>The validation branch; null when none was found.</summary>
    public string? Branch { get; init; }

    /// <summary>The page of the pull request; null when none was found.</summary>
    public string? PullRequest { get; init; }

    /// <summary>The number of generated tests; null when it is not known.</summary>
    public int? TestsGenerated { get; init; }

    /// <summary>The number of executed tests; null when it is not known.</summary>
    public int? TestsExecuted { get; init; }

    /// <summary>The trust score of the mitigation; null when it is not known.</summary>
    public double? TrustScore { get; init; }

    /// <summary>The image that staging ran during the validation, <c>repository@sha256:…</c>; null when it is not known.</summary>
    public string? Image { get; init; }

    /// <summary>The attestation in the registry, <c>repository@sha256:…</c>; null when nothing was attested.</summary>
    public string? Attestation { get; init; }

    /// <summary>What is known before the deployment, and what is recommended.</summary>
    public ReadinessSummary? Summary { get; init; }

    /// <summary>The duration of the step.</summary>
    public TimeSpan Duration { get; init; }

    /// <inheritdoc/>
    public Baseline? Baseline { get; init; }

    IStepResult IStepResult.WithBaseline(Baseline baseline) => this with { Baseline = baseline };

    /// <summary>In one short sentence.</summary>
    public override string ToString() =>
        $"Staging of {Target.Name}: {(Decision == StagingDecision.Skipped ? $"skipped by {DecidedBy}: {Reason}" : $"{Status}")}";
}
