using System.Globalization;
using Octokit;

namespace RsolvDeploy.Staging.GitHub;

/// <summary>Starts, finds, reads and ends runs of the workflow.</summary>
internal sealed class WorkflowRuns(GitHubConnection github)
{
    private const string Json = "application/vnd.github+json";
    private const string Details = "return_run_details";
    private const int MostFound = 100;
    private const int MostPages = 50;

    private IActionsWorkflowRunsClient Runs => github.Client.Actions.Workflows.Runs;

    /// <summary>Dispatches the workflow.</summary>
    /// <param name="reference">The branch or tag.</param>
    /// <param name="inputs">The inputs.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The id of the run; null when the server does not return it.</returns>
    /// <exception cref="GitHubFault">Refused.</exception>
    public async Task<long?> DispatchAsync(string reference, IReadOnlyDictionary<string, string> inputs, CancellationToken ct)
    {
        var body = new Dictionary<string, object> { ["ref"] = reference, ["inputs"] = inputs.ToDictionary(), [Details] = true };
        try
        {
            return await PostAsync(body, ct);
        }
        catch (GitHubFault e) when (e.Status == System.Net.HttpStatusCode.UnprocessableEntity
            && e.Answer.Contains(Details, StringComparison.Ordinal))
        {
            // An older server rejects what it does not know, and dispatches nothing.
            body.Remove(Details);
            return await PostAsync(body, ct);
        }
    }

    /// <summary>The run whose title contains the marker; null when there is none yet.</summary>
    /// <param name="marker">The marker, which is in the title of exactly one run.</param>
    /// <param name="since">When it was dispatched, at the earliest.</param>
    public async Task<long?> FindAsync(string marker, DateTimeOffset since)
    {
        var request = new WorkflowRunsRequest
        {
            Event = "workflow_dispatch",
            Created = since.UtcDateTime.ToString("'>='yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        };
        var found = await Runs.ListByWorkflow(github.Owner, github.Name, github.Settings.Workflow, request, Pages);
        return found.WorkflowRuns.FirstOrDefault(run => run.DisplayTitle?.Contains(marker, StringComparison.Ordinal) == true)?.Id;
    }

    /// <summary>The run.</summary>
    public async Task<RsolvDeploy.WorkflowRun> ReadAsync(long id)
    {
        var run = await Runs.Get(github.Owner, github.Name, id);
        return new RsolvDeploy.WorkflowRun(run.Id, run.HtmlUrl)
        {
            Attempt = (int)run.RunAttempt,
            Status = run.Status.StringValue ?? "",
            Conclusion = run.Conclusion?.StringValue,
            Commit = run.HeadSha ?? "",
            Created = run.CreatedAt,
        };
    }

    /// <summary>The jobs of its last attempt.</summary>
    public async Task<IReadOnlyList<Job>> JobsAsync(long id) =>
        (await github.Client.Actions.Workflows.Jobs.List(github.Owner, github.Name, id)).Jobs.Select(Job.From).ToList();

    /// <summary>The names of its artifacts. A matrix of jobs leaves more than one page of them.</summary>
    public async Task<IReadOnlyList<string>> ArtifactsAsync(long id)
    {
        var names = new List<string>();
        for (var (page, read) = (1, 0); page <= MostPages; page++)
        {
            var request = new ListArtifactsRequest { PerPage = MostFound, Page = page };
            var found = await github.Client.Actions.Artifacts.ListWorkflowArtifacts(github.Owner, github.Name, id, request);
            names.AddRange(found.Artifacts.Where(artifact => !artifact.Expired).Select(artifact => artifact.Name));
            read += found.Artifacts.Count;
            if (found.Artifacts.Count == 0 || read >= found.TotalCount) break;
        }

        return names;
    }

    /// <summary>Runs its failed jobs again.</summary>
    public Task RerunFailedAsync(long id) => Runs.RerunFailedJobs(github.Owner, github.Name, id);

    /// <summary>Cancels it.</summary>
    public Task CancelAsync(long id) => Runs.Cancel(github.Owner, github.Name, id);

    private static ApiOptions Pages => new() { PageSize = MostFound, PageCount = 1 };

    private async Task<long?> PostAsync(Dictionary<string, object> body, CancellationToken ct)
    {
        var path = github.Path($"actions/workflows/{Uri.EscapeDataString(github.Settings.Workflow)}/dispatches");
        var response = await github.Connection.Post<DispatchedRun>(path, body, Json, "application/json", ct);
        return response.Body?.WorkflowRunId is > 0 and var id ? id : null;
    }
}

/// <summary>The response of a dispatch, where the server returns one.</summary>
internal sealed class DispatchedRun
{
    /// <summary>The id of the run.</summary>
    public long WorkflowRunId { get; set; }
}
