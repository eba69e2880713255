using RsolvDeploy.Staging.GitHub;

namespace RsolvDeploy.Staging;

/// <summary>What a validation is about to do.</summary>
/// <param name="Settings">The settings.</param>
/// <param name="Reference">The branch or tag to run at.</param>
/// <param name="File">The workflow file there; null when it is missing.</param>
/// <param name="Generated">The text that the configuration generates; null when it generates none.</param>
internal sealed record StagingPlan(GitHubSettings Settings, string Reference, RepositoryFile? File, string? Generated)
{
    /// <summary>The value of the repository secret; null when it is not set by this step. Never shown.</summary>
    public string? Secret { get; init; }

    /// <summary>How the generated file is written; none when it is there already.</summary>
    public WorkflowUpdate Update { get; init; }

    /// <summary>In which the file in the repository differs; null when it does not, or is not generated.</summary>
    public string? Difference { get; init; }

    /// <summary>The run to follow; null to dispatch one.</summary>
    public long? WorkflowRunId { get; init; }

    /// <summary>Whether the run can be dispatched, with the file as it is or as it is written.</summary>
    public bool CanDispatch =>
        WorkflowRunId is not null || Update == WorkflowUpdate.Commit || (File is not null && Update == WorkflowUpdate.None);

    /// <summary>The text of the file that runs.</summary>
    public string Text => Update == WorkflowUpdate.Commit ? Generated ?? "" : File?.Text ?? "";

    /// <summary>The changes, for the confirmation.</summary>
    public string Describe()
    {
        var changes = new List<string>();
        if (Update != WorkflowUpdate.None)
            changes.Add($"{(Update == WorkflowUpdate.Commit ? "commit" : "propose")} {WorkflowFile.PathOf(Settings)}");
        if (Secret is not null) changes.Add($"set the secret {Settings.SecretName}");
        changes.Add(WorkflowRunId is { } id ? $"follow run {id}" : $"dispatch {Settings.Workflow} at {Reference}");
        var text = string.Join(", ", changes);
        return char.ToUpperInvariant(text[0]) + text[1..];
    }
}
