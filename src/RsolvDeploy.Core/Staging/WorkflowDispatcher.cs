using RsolvDeploy.Errors;
using RsolvDeploy.Resilience;
using RsolvDeploy.Staging.GitHub;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Staging;

/// <summary>Dispatches the workflow and finds its run: by the response, or by the marker in its title, never by being the newest.</summary>
internal sealed class WorkflowDispatcher(StepContext context, WorkflowRuns runs)
{
    private static readonly TimeSpan FoundWithin = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Dispatches it, unless a run with the marker exists from an interrupted step.</summary>
    /// <returns>The id of the run, and how it was found.</returns>
    /// <exception cref="DeployException"><c>WorkflowRunNotFound</c>, or an error of GitHub.</exception>
    public async Task<(long Id, string How)> DispatchAsync(StagingPlan plan, StagingFacts facts, CancellationToken ct)
    {
        var isResumed = context.Resumed?.Facts(StagingJson.Default.StagingFacts) is not null;
        if (isResumed && await runs.FindAsync(facts.Marker, facts.Since) is { } earlier)
            return (earlier, $"dispatched before the interruption, found by its marker {facts.Marker}");
        var inputs = new Dictionary<string, string>(plan.Settings.Inputs);
        var hasMarker = WorkflowFile.TakesMarker(plan.Text);
        if (hasMarker) inputs[WorkflowFile.MarkerInput] = facts.Marker;
        if (await runs.DispatchAsync(plan.Reference, inputs, ct) is { } id) return (id, "named by the response");
        if (!hasMarker)
        {
            throw NotFound(plan, "the server does not name it, and the workflow has no input for a marker",
                $"Add the input {WorkflowFile.MarkerInput} and 'run-name' with it to the workflow, or let the file be generated.");
        }

        var poll = new BoundedPoll<long?>(() => runs.FindAsync(facts.Marker, facts.Since), found => found is not null)
        {
            Limit = _ => FoundWithin,
            Delay = _ => Interval,
        };
        var (last, _) = await poll.RunAsync(context.Clock, ct);
        return last is { } marked
            ? (marked, $"found by its marker {facts.Marker}")
            : throw NotFound(plan, $"no run has the marker {facts.Marker} in its title after {FoundWithin.TotalMinutes:0} minutes",
                "Check that 'run-name' of the workflow contains the marker, and that Actions are enabled for the repository.");
    }

    private static DeployException NotFound(StagingPlan plan, string why, string remedy) => new(
        "WorkflowRunNotFound",
        FaultCategory.ObjectNotFound,
        $"{plan.Settings.Workflow} of {plan.Settings.Repository} was dispatched, but its run was not found: {why}.",
        remedy)
    { Subject = plan.Settings.Repository };
}
