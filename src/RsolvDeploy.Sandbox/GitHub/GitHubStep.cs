namespace RsolvDeploy.Sandbox.GitHub;

/// <summary>A step of the job, as it is at a time.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Name">Its name.</param>
/// <param name="Started">When it started; null until then.</param>
/// <param name="Completed">When it ended; null until then.</param>
/// <param name="Conclusion">Its conclusion; null until it ended.</param>
internal sealed record GitHubStep(int Number, string Name, DateTimeOffset? Started, DateTimeOffset? Completed, string? Conclusion)
{
    public string Status => Conclusion is not null ? "completed" : Started is not null ? "in_progress" : "queued";
}
