using System.Globalization;
using RsolvDeploy.Reporting;
using RsolvDeploy.Staging.GitHub;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Staging;

/// <summary>Follows a run of the workflow to its conclusion, with progress by job and step.</summary>
internal sealed class WorkflowFollower(StepContext context, WorkflowRuns runs, TimeSpan interval)
{
    private readonly Dictionary<string, string> _shown = new(StringComparer.Ordinal);

    /// <summary>Follows it.</summary>
    /// <param name="id">The run.</param>
    /// <param name="timeout">The time limit.</param>
    /// <param name="attempt">The attempt to wait for.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The run and its jobs; not completed when the time limit was reached.</returns>
    public async Task<(WorkflowRun Run, IReadOnlyList<Job> Jobs)> FollowAsync(long id, TimeSpan timeout, int attempt, CancellationToken ct)
    {
        var start = context.Clock.GetTimestamp();
        var activity = $"Workflow run {id.ToString(CultureInfo.InvariantCulture)}";
        try
        {
            while (true)
            {
                var run = await runs.ReadAsync(id);
                var jobs = await runs.JobsAsync(id);
                Report(activity, run, jobs);
                // After a re-run the API shows the attempt before for a short time.
                if (run.Status == "completed" && run.Attempt >= attempt) return (run, jobs);
                var left = timeout - context.Clock.GetElapsedTime(start);
                if (left <= TimeSpan.Zero) return (run, jobs);
                await Task.Delay(left < interval ? left : interval, context.Clock, ct);
            }
        }
        finally
        {
            context.Reporter.Progress(new ProgressUpdate(activity, "", Completed: true));
        }
    }

    private void Report(string activity, WorkflowRun run, IReadOnlyList<Job> jobs)
    {
        var steps = jobs.Sum(job => job.Steps.Count);
        var done = jobs.Sum(job => job.Steps.Count(step => step.Status == "completed"));
        var current = jobs.FirstOrDefault(job => !job.IsCompleted) ?? (jobs.Count > 0 ? jobs[^1] : null);
        var status = current is null
            ? run.Status
            : $"{current.Name}: {current.Current?.Name ?? current.Conclusion ?? current.Status} ({done} of {steps} steps)";
        context.Reporter.Progress(new ProgressUpdate(activity, status, steps == 0 ? null : 100 * done / steps));
        foreach (var job in jobs)
        {
            Show($"job {job.Name}", job.Conclusion ?? job.Status);
            foreach (var step in job.Steps) Show($"job {job.Name}, step {step.Number} {step.Name}", step.Conclusion ?? step.Status);
        }
    }

    private void Show(string what, string state)
    {
        if (_shown.TryGetValue(what, out var shown) && shown == state) return;
        _shown[what] = state;
        if (state is not ("queued" or "pending" or "waiting")) context.Reporter.Verbose($"{what}: {state}");
    }
}
