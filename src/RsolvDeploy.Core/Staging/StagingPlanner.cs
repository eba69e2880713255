using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Staging.GitHub;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Staging;

/// <summary>Plans a validation: reads the repository, and writes nothing.</summary>
internal static class StagingPlanner
{
    /// <summary>The settings of the workflow.</summary>
    /// <exception cref="DeployException"><c>GitHubNotConfigured</c>.</exception>
    public static GitHubSettings SettingsOf(Target target, StagingOptions options) => target.GitHub is { } settings
        ? settings with
        {
            Ref = options.Ref ?? settings.Ref,
            Timeout = options.Timeout ?? settings.Timeout,
            Inputs = new Dictionary<string, string>(
                settings.Inputs.Where(input => !options.Inputs.ContainsKey(input.Key)).Concat(options.Inputs)),
        }
        : throw new DeployException(
            "GitHubNotConfigured",
            FaultCategory.InvalidArgument,
            $"The target {target.Name} has no settings under 'github', so that there is no workflow to validate it with.",
            "Add 'github' to the target, or record why the validation is skipped with -Skip and -Reason.")
        { Subject = target.Name };

    /// <summary>Reads what is there.</summary>
    public static async Task<StagingPlan> PlanAsync(
        StepContext context, StagingOptions options, GitHubSettings settings, RepositoryFiles files)
    {
        var reference = settings.Ref ?? await files.DefaultBranchAsync();
        var file = await files.FindAsync(WorkflowFile.PathOf(settings), reference);
        var generated = WorkflowFile.Generate(context.Target, settings);
        var difference = generated is not null && file is not null ? WorkflowFile.Difference(generated, file.Text) : null;
        var isAsGenerated = file is not null && difference is null;
        if (options.WorkflowUpdate != WorkflowUpdate.None && generated is null)
        {
            throw new DeployException(
                "WorkflowNotGenerated",
                FaultCategory.InvalidArgument,
                $"The target {context.Target.Name} has no 'github.generate', so that there is no workflow file to write.",
                "Add 'generate' with the action under 'github', or write the file by hand.")
            { Subject = context.Target.Name };
        }

        return new StagingPlan(settings, reference, file, generated)
        {
            Secret = settings.SecretEnvironmentVariable is { } name && Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
                ? value
                : null,
            Update = isAsGenerated ? WorkflowUpdate.None : options.WorkflowUpdate,
            Difference = difference,
            WorkflowRunId = options.WorkflowRunId,
        };
    }

    /// <summary>The check of the workflow file as it is.</summary>
    public static CheckOutcome CheckFile(StagingPlan plan)
    {
        var path = $"{WorkflowFile.PathOf(plan.Settings)} at {plan.Reference} of {plan.Settings.Repository}";
        if (plan.File is not { } file)
        {
            return CheckOutcome.NotMet($"{path} does not exist", plan.Generated is null
                ? "Write the file, or add 'generate' under 'github' and specify -WorkflowUpdate."
                : "Specify -WorkflowUpdate PullRequest or Commit to write the generated file.");
        }

        if (!WorkflowFile.IsDispatched(file.Text))
            return CheckOutcome.NotMet($"{path} has no trigger workflow_dispatch", "Add the trigger to the file, or let it be generated.");
        if (plan.Generated is null) return CheckOutcome.Met($"{path} exists (blob {file.Sha})");
        return plan.Difference is null
            ? CheckOutcome.Met($"{path} is as generated (blob {file.Sha})")
            : CheckOutcome.Warning(
                $"{path} differs from the generated file: {plan.Difference}",
                "Specify -WorkflowUpdate PullRequest or Commit to write the generated file.");
    }
}
