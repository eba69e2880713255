using RsolvDeploy.Errors;
using RsolvDeploy.Images.Planning;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.Images.Build;

/// <summary>The error of a failed build: the step and its last lines.</summary>
internal static class BuildFault
{
    /// <summary>Makes it.</summary>
    /// <param name="plan">The publish.</param>
    /// <param name="error">The error of the builder.</param>
    /// <param name="progress">The steps.</param>
    /// <param name="redaction">What is hidden.</param>
    /// <param name="classic">Whether the classic builder was used.</param>
    public static DeployException From(
        ImagePlan plan, string error, BuildProgress progress, SecretValues redaction, bool classic = false)
    {
        string dockerfile = plan.DockerfileText is null ? Path.Combine(plan.ContextFolder, plan.Dockerfile) : plan.Dockerfile;
        string message = $"The build of {plan.Repository} failed: {redaction.Apply(error)}";
        if (progress.FailedStep is { } step)
        {
            message = $"The build of {plan.Repository} failed at step '{step.Name}': {step.Error}";
            IReadOnlyList<string> lines = progress.LastLines(step);
            if (lines.Count > 0) message += $"\nIts last lines:\n{string.Join('\n', lines.Select(line => $"  {line}"))}";
        }

        var missing = DockerfileFeature.Find(
            message, plan.DockerfileText?.Content ?? (File.Exists(dockerfile) ? File.ReadAllText(dockerfile) : ""));
        if (missing is not null) message += $"\nThe Dockerfile uses {missing.Name}, which this builder does not know.";
        return new DeployException(
            "BuildFailed",
            FaultCategory.InvalidOperation,
            message,
            missing?.Remedy(classic)
                ?? $"Correct {plan.Dockerfile} or the command that failed, and publish again; succeeded steps are cached. "
                    + "-Verbose shows the whole output.")
        {
            Subject = dockerfile,
        };
    }

    /// <summary>Refuses a Dockerfile with a mode that the engine ignores: the image would be built, and be wrong.</summary>
    /// <param name="plan">The publish.</param>
    /// <param name="engine">The version of the engine.</param>
    /// <exception cref="DeployException"><c>BuildFailed</c>.</exception>
    public static void RefuseIgnored(ImagePlan plan, string engine)
    {
        string dockerfile = Path.Combine(plan.ContextFolder, plan.Dockerfile);
        string? text = plan.DockerfileText?.Content ?? ReadFile(dockerfile);
        if (text is null || IgnoredMode.Find(text, engine) is not { } ignored) return;
        throw new DeployException(
            "BuildFailed",
            FaultCategory.InvalidOperation,
            $"{plan.Repository} is not built: the builder of Docker Engine {engine} ignores the mode of '{ignored.Instruction}' without an "
                + $"error. The Dockerfile uses {ignored.Feature.Name}, which this builder does not know.",
            $"{ignored.Feature.Remedy(classic: false)} An octal mode, such as --chmod=755, needs neither.")
        { Subject = dockerfile };
    }

    // A pipe has no length, and can be read once alone.
    private static string? ReadFile(string path)
    {
        string file = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        return new FileInfo(file) is { Exists: true, Length: > 0 } ? File.ReadAllText(file) : null;
    }
}
