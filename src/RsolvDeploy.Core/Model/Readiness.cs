namespace RsolvDeploy;

/// <summary>Whether a deployment can succeed: the result of <c>Test-RsolvEnvironment</c>.</summary>
/// <param name="Target">The environment.</param>
/// <param name="RunId">The run it belongs to.</param>
/// <param name="Verdict">The verdict of the checks.</param>
/// <param name="Checks">The checks, in the order of the checklist.</param>
public sealed record Readiness(TargetIdentity Target, string RunId, ReadinessVerdict Verdict, IReadOnlyList<Check> Checks) : IStepResult
{
    /// <inheritdoc/>
    public IReadOnlyList<Check> Checks { get; init => field = value.ToArray(); } = Checks.ToArray();

    /// <summary>Succeeded, unless a required check failed; then the following steps do not act.</summary>
    public StepStatus Status { get; init; } = Verdict == ReadinessVerdict.NotReady ? StepStatus.Failed : StepStatus.Succeeded;

    /// <summary>Whether to continue, and each risk with its remedy.</summary>
    public string Recommendation { get; init; } = "";

    /// <summary>
    /// The verified image by digest, so that the following update deploys it even when its tag has moved; null when none was specified.
    /// </summary>
    public string? Reference { get; init; }

    /// <summary>The baseline; null when it could not be measured.</summary>
    public Baseline? Baseline { get; init; }

    IStepResult IStepResult.WithBaseline(Baseline baseline) => this with { Baseline = baseline };

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"{Target.Name}: {Recommendation}";
}
