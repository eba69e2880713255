using RsolvDeploy.Errors;
using RsolvDeploy.Images.Planning;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.Images.Build;

/// <summary>A build that failed, with the step and the last lines that it wrote.</summary>
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
            $"Correct {plan.Dockerfile} or what it runs, and publish again; steps that succeeded are cached. -Verbose shows the whole output.")
        {
            Subject = Path.Combine(plan.ContextFolder, plan.Dockerfile),
        };
    }
}
