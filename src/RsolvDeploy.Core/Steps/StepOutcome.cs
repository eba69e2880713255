using RsolvDeploy.Errors;

namespace RsolvDeploy.Steps;

/// <summary>How a step ended.</summary>
/// <param name="Result">The result, which the next step reads.</param>
/// <param name="Error">What stopped the step, or what its failed result means; null when it did not fail.</param>
internal sealed record StepOutcome(IStepResult Result, DeployException? Error);
