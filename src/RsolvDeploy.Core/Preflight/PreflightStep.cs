using System.Text.Json.Serialization;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Preflight;

/// <summary>Verifies cluster, permissions, registry, builder, code and secrets before anything changes, and records the baseline.</summary>
internal sealed class PreflightStep : IStep<PreflightOptions, Readiness>
{
    /// <inheritdoc/>
    public StepKind Kind => StepKind.Preflight;

    /// <inheritdoc/>
    public string FailureId => "EnvironmentNotReady";

    // It changes nothing, and reports what is wrong also after a step that failed.
    /// <inheritdoc/>
    public bool ActsOnFailure => true;

    /// <inheritdoc/>
    public JsonSerializerContext OptionsJson => PreflightJson.Default;

    /// <inheritdoc/>
    public Readiness WithoutResult(StepContext context, StepStatus status, string reason) =>
        new(context.Target, context.RunId, ReadinessVerdict.NotReady, []) { Recommendation = $"Not ready: {reason}." };

    /// <inheritdoc/>
    public Task<Readiness> RunAsync(StepContext context, PreflightOptions options, CancellationToken ct)
    {
        var steps = options.Steps.Count > 0 ? options.Steps : Enum.GetValues<DeploymentStep>();
        return new PreflightVerifier(context, new PreflightPlan(steps, options.Image)).VerifyAsync(ct);
    }
}
