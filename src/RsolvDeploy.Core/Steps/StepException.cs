using RsolvDeploy.Errors;

namespace RsolvDeploy.Steps;

/// <summary>An error of a step that has a result nevertheless, such as a publish that pushed one of three tags.</summary>
internal class StepException(DeployException error, IStepResult result)
    : DeployException(error.Id, error.Category, error.Message, error.Remedy, error.InnerException)
{
    /// <summary>The failed result.</summary>
    public IStepResult Result { get; } = result;
}
