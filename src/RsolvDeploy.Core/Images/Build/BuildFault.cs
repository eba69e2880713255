using RsolvDeploy.Errors;
using RsolvDeploy.Images.Planning;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.Images.Build;

/// <summary>The error of a failed build: the step and its last lines.</summary>
internal static class BuildFault
{
    public static DeployException From(ImagePlan plan, string error, BuildProgress progress, SecretValues redaction)
    {
        string message = $"The build of {plan.Repository} failed: {redaction.Apply(error)}";
        if (progress.FailedStep is { } step)
        {
            message = $"The build of {plan.Repository} failed at step '{step.Name}': {step.Error}";
            IReadOnlyList<string> lines = progress.LastLines(step);
            if (lines.Count > 0) message += $"\nIts last lines:\n{string.Join('\n', lines.Select(line => $"  {line}"))}";
        }

        return new DeployException(
            "BuildFailed",
            FaultCategory.InvalidOperation,
            message,
            $"Correct {plan.Dockerfile} or the command that failed, and publish again; succeeded steps are cached. "
                + "-Verbose shows the whole output.")
        {
            Subject = Path.Combine(plan.ContextFolder, plan.Dockerfile),
        };
    }
}
