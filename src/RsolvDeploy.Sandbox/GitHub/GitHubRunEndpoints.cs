using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Faults;

namespace RsolvDeploy.Sandbox.GitHub;

/// <summary>The REST API of GitHub for runs of the workflow.</summary>
internal sealed class GitHubRunEndpoints(GitHubState state, FaultInjector faults)
{
    private const string Details = "return_run_details";

    public void Map(WebApplication app, string repo)
    {
        app.MapPost(repo + "/actions/workflows/{file}/dispatches", DispatchAsync);
        app.MapGet(repo + "/actions/workflows/{file}/runs", ListRuns);
        app.MapGet(repo + "/actions/runs/{id:long}", (HttpContext http, long id) => With(id, run =>
            GitHubResponses.Ok(http, Json(http).Run(run, "rsolv-staging-test.yml"))));
        app.MapGet(repo + "/actions/runs/{id:long}/jobs", (HttpContext http, long id) => With(id, run => GitHubResponses.Ok(
            http, new JsonObject { ["total_count"] = 1, ["jobs"] = new JsonArray(Json(http).Job(run)) })));
        app.MapGet(repo + "/actions/runs/{id:long}/artifacts", (HttpContext http, long id) => With(id, run => ListArtifacts(http, run)));
        app.MapPost(repo + "/actions/runs/{id:long}/cancel", (long id) => With(id, Cancel));
        app.MapPost(repo + "/actions/runs/{id:long}/rerun-failed-jobs", (HttpContext http, long id) => With(id, run => Rerun(http, run)));
        app.MapGet(repo + "/actions/jobs/{job:long}/logs", (HttpContext http, long job) => With(job / 10, _ => Results.Redirect(
            string.Create(CultureInfo.InvariantCulture, $"{http.Request.Scheme}://{http.Request.Host}/storage/{job}.txt?sig=sandbox"))));
        app.MapGet("/storage/{job:long}.txt", GetLog);
    }

    private static GitHubRunJson Json(HttpContext http) => new(GitHubEndpoints.Json(http));

    private IResult With(long id, Func<GitHubRun, IResult> use) =>
        state.Runs.FirstOrDefault(run => run.Id == id) is { } found ? use(found) : GitHubResponses.NotFound();

    private async Task<IResult> DispatchAsync(HttpContext http, string file)
    {
        var body = await GitHubEndpoints.ReadAsync(http);
        if (GitHubEndpoints.Text(body, "ref") is not { } reference)
            return GitHubResponses.Error(422, "Invalid request.\n\n\"ref\" wasn't supplied.");
        var isOld = faults.IsActive(Fault.GitHubWithoutRunDetails);
        if (isOld && body!.ContainsKey(Details))
            return GitHubResponses.Error(422, $"Invalid request.\n\n\"{Details}\" is not a permitted key.");
        if (state.FindWorkflow(file, GitHubState.DefaultBranch) is null) return GitHubResponses.NotFound();
        if (state.FindBranch(reference) is null) return GitHubResponses.Error(422, $"No ref found for: {reference}");
        if (state.FindWorkflow(file, reference) is not { } text || !text.Contains("workflow_dispatch", StringComparison.Ordinal))
            return GitHubResponses.Error(422, "Workflow does not have 'workflow_dispatch' trigger");
        var inputs = body!["inputs"] as JsonObject ?? [];
        var unknown = inputs.Select(input => input.Key).Where(name => !text.Contains($"{name}:", StringComparison.Ordinal)).ToList();
        if (unknown.Count > 0)
            return GitHubResponses.Error(422, $"Unexpected inputs provided: [\"{string.Join("\", \"", unknown)}\"]");
        var run = state.Dispatch(reference, text, GitHubEndpoints.Text(inputs, "rsolv_run"));
        if (isOld || body[Details] is not JsonValue value || !value.TryGetValue<bool>(out var wanted) || !wanted)
            return Results.StatusCode(204);
        return GitHubResponses.Ok(http, new JsonObject
        {
            ["workflow_run_id"] = run.Id,
            ["run_url"] = Json(http).AddressOf(run),
            ["html_url"] = Json(http).PageOf(run),
        });
    }

    private IResult ListRuns(HttpContext http, string file)
    {
        var since = http.Request.Query["created"].ToString();
        var from = since.StartsWith(">=", StringComparison.Ordinal)
            ? DateTimeOffset.Parse(since[2..], CultureInfo.InvariantCulture)
            : DateTimeOffset.MinValue;
        var found = state.Runs.Where(run => run.Created >= from).ToList();
        return GitHubResponses.Ok(http, new JsonObject
        {
            ["total_count"] = found.Count,
            ["workflow_runs"] = new JsonArray([.. GitHubResponses.Page(http, found).Select(run => Json(http).Run(run, file))]),
        });
    }

    private static IResult ListArtifacts(HttpContext http, GitHubRun run)
    {
        string[] names = run.Conclusion(DateTimeOffset.UtcNow) == "success" ? [.. run.OtherArtifacts, "rsolv-results"] : [];
        var page = GitHubResponses.Page(http, [.. names.Index()]);
        return GitHubResponses.Ok(http, new JsonObject
        {
            ["total_count"] = names.Length,
            ["artifacts"] = new JsonArray([.. page.Select(one => Json(http).Artifact(run, one.Index, one.Item))]),
        });
    }

    private static IResult Cancel(GitHubRun run)
    {
        var now = DateTimeOffset.UtcNow;
        if (run.Conclusion(now) is not null) return GitHubResponses.Error(409, "Cannot cancel a workflow run that is completed.");
        run.Cancel(now);
        return Results.Text("{}", "application/json", Encoding.UTF8, 202);
    }

    private static IResult Rerun(HttpContext http, GitHubRun run)
    {
        if (run.Conclusion(DateTimeOffset.UtcNow) is null)
            return GitHubResponses.Error(403, "The workflow run is already running");
        run.Rerun(DateTimeOffset.UtcNow);
        return GitHubResponses.Ok(http, new JsonObject(), 201);
    }

    private IResult GetLog(HttpContext http, long job)
    {
        // As the storage does: it rejects a request that proves itself twice.
        if (http.Request.Headers.ContainsKey("Authorization")) return Results.StatusCode(400);
        return With(job / 10, run => Results.Text(
            "\ufeff" + string.Join("\n", run.Log(DateTimeOffset.UtcNow)) + "\n", "text/plain", Encoding.UTF8));
    }
}
