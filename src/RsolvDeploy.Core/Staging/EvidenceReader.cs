using RsolvDeploy.Staging.GitHub;

namespace RsolvDeploy.Staging;

/// <summary>Reads what a run of the workflow left.</summary>
internal sealed class EvidenceReader(GitHubConnection github, WorkflowRuns runs)
{
    private const int LastLines = 30;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Reads it.</summary>
    public async Task<WorkflowEvidence> ReadAsync(WorkflowRun run, IReadOnlyList<Job> jobs, CancellationToken ct)
    {
        var settings = github.Settings;
        WorkflowPhaseSettings[] phases = [settings.Scan, settings.Validate, settings.Mitigate];
        var branches = new RepositoryBranches(github);
        var found = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var glob in phases.Select(phase => phase.Branch).OfType<string>().Append(settings.Tests.Branch).Distinct())
            found[glob] = await branches.FindAsync(glob, run.Created);
        var failed = jobs.FirstOrDefault(job => job.HasFailed);
        var step = failed?.Steps.FirstOrDefault(one => one.HasFailed);
        var tail = new Queue<string>();
        var queries = Queries(settings, phases);
        foreach (var job in jobs.Where(job => job == failed || (queries.Count > 0 && job.Conclusion == "success")))
        {
            await foreach (var line in new JobLog(github).ReadAsync(job.Id, ct))
            {
                foreach (var query in queries.Values) query.Read(line.Text);
                if (job != failed || !IsIn(step, line)) continue;
                tail.Enqueue(line.Text);
                if (tail.Count > LastLines) tail.Dequeue();
            }
        }

        return new WorkflowEvidence(run with { FailedJob = failed?.Name, FailedStep = step?.Name, Log = [.. tail] }, jobs)
        {
            Artifacts = await runs.ArtifactsAsync(run.Id),
            Branches = found,
            PullRequest = await branches.FindPullRequestAsync(settings.PullRequest.Branch, run.Created),
            Log = queries,
        };
    }

    private static Dictionary<string, LogQuery> Queries(GitHubSettings settings, WorkflowPhaseSettings[] phases) =>
        phases.Select(phase => phase.Log)
            .Concat([settings.Tests.Generated, settings.Tests.Executed, settings.PullRequest.TrustScore])
            .OfType<string>()
            .Distinct()
            .ToDictionary(pattern => pattern, pattern => new LogQuery(pattern));

    // The log of a job holds all of its steps. The times of a step have no fractions of a second.
    private static bool IsIn(JobStep? step, LogLine line) =>
        step?.Started is not { } start || line.At is not { } at
            || (at >= start && (step.Completed is not { } end || at < end + Second));
}
