using Octokit;

namespace RsolvDeploy.Staging.GitHub;

/// <summary>A job of a workflow run.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Status">Its status, as GitHub names it.</param>
/// <param name="Conclusion">Its conclusion, as GitHub names it; null until it is completed.</param>
/// <param name="Steps">Its steps, in order.</param>
internal sealed record Job(long Id, string Name, string Status, string? Conclusion, IReadOnlyList<JobStep> Steps)
{
    public bool IsCompleted => Status == "completed";

    public bool HasFailed => Conclusion is "failure" or "timed_out" or "cancelled" or "startup_failure";

    /// <summary>The step that runs or failed; null for none.</summary>
    public JobStep? Current =>
        Steps.FirstOrDefault(step => step.HasFailed) ?? Steps.FirstOrDefault(step => step.Status == "in_progress");

    public static Job From(WorkflowJob job) => new(
        job.Id,
        job.Name ?? "",
        job.Status.StringValue ?? "",
        job.Conclusion?.StringValue,
        [.. (job.Steps ?? []).Select(step =>
            new JobStep(step.Number, step.Name ?? "", step.Status.StringValue ?? "", step.Conclusion?.StringValue)
            {
                Started = step.StartedAt,
                Completed = step.CompletedAt,
            })]);
}

/// <summary>A step of a job.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Name">Its name.</param>
/// <param name="Status">Its status, as GitHub names it.</param>
/// <param name="Conclusion">Its conclusion, as GitHub names it; null until it is completed.</param>
internal sealed record JobStep(int Number, string Name, string Status, string? Conclusion)
{
    public bool HasFailed => Conclusion is "failure" or "timed_out" or "cancelled";

    /// <summary>When it started; null until then.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>When it ended; null until then.</summary>
    public DateTimeOffset? Completed { get; init; }
}
