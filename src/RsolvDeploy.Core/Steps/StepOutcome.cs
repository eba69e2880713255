using RsolvDeploy.Errors;

namespace RsolvDeploy.Steps;

/// <summary>How a step ended.</summary>
/// <param name="Result">The result, which the next step reads.</param>
/// <param name="Error">The error that ended the step, or the error of its failed result; null when it did not fail.</param>
internal sealed record StepOutcome(IStepResult Result, DeployException? Error);
