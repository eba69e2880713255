using RsolvDeploy.Errors;

namespace RsolvDeploy.Pipeline;

/// <summary>What a step came to.</summary>
/// <param name="Result">What flows on.</param>
/// <param name="Fault">What stopped it, when something did that the result alone does not say; otherwise null.</param>
internal readonly record struct StepOutcome<T>(T Result, DeployException? Fault)
    where T : class, IStepResult;
