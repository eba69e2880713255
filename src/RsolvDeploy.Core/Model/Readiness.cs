namespace RsolvDeploy;

/// <summary>Whether a deployment can succeed: what <c>Test-RsolvEnvironment</c> found before anything was changed.</summary>
/// <param name="Target">The environment.</param>
/// <param name="RunId">The run it belongs to.</param>
/// <param name="Verdict">What follows from the checks.</param>
/// <param name="Checks">The checks, in the order of the checklist.</param>
public sealed record Readiness(Target Target, string RunId, ReadinessVerdict Verdict, IReadOnlyList<Check> Checks) : IStepResult
{
    /// <inheritdoc/>
    public IReadOnlyList<Check> Checks { get; init => field = value.ToArray(); } = Checks.ToArray();

    /// <summary>Succeeded unless a required check failed; then the steps behind it do not act.</summary>
    public StepStatus Status { get; init; } = Verdict == ReadinessVerdict.NotReady ? StepStatus.Failed : StepStatus.Succeeded;

    /// <summary>In plain text: whether to continue, each risk, and what to do about it.</summary>
    public string Recommendation { get; init; } = "";

    /// <summary>The image that was verified, by digest, so that the update behind it takes this one even when its tag has moved since; null when none was named.</summary>
    public string? Reference { get; init; }

    /// <summary>The baseline; null when nothing could be read.</summary>
    public Baseline? Baseline { get; init; }

    IStepResult IStepResult.WithBaseline(Baseline baseline) => this with { Baseline = baseline };

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"{Target.Name}: {Recommendation}";
}
