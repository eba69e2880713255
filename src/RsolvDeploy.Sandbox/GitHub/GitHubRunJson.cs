using System.Globalization;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.GitHub;

/// <summary>Runs, jobs, artifacts and pull requests as the REST API shows them.</summary>
/// <param name="json">The objects that they contain.</param>
internal sealed class GitHubRunJson(GitHubJson json)
{
    private static readonly string[] PullUrls =
        ["comments", "commits", "diff", "issue", "patch", "review_comment", "review_comments", "statuses"];

    private static readonly string[] PullLinks =
        ["self", "html", "issue", "comments", "review_comments", "review_comment", "commits", "statuses"];

    public JsonObject Run(GitHubRun run, string file)
    {
        var now = DateTimeOffset.UtcNow;
        var address = string.Create(CultureInfo.InvariantCulture, $"{json.Repo}/actions/runs/{run.Id}");
        return new JsonObject
        {
            ["id"] = run.Id,
            ["name"] = "RSOLV staging validation",
            ["node_id"] = GitHubJson.NodeId("WorkflowRun", run.Id),
            ["head_branch"] = run.At.Name,
            ["head_sha"] = run.At.Sha,
            ["path"] = $".github/workflows/{file}",
            ["run_number"] = 1,
            ["run_attempt"] = run.Attempt,
            ["display_title"] = run.Title,
            ["event"] = "workflow_dispatch",
            ["status"] = run.Status(now),
            ["conclusion"] = run.Conclusion(now),
            ["workflow_id"] = 159_038,
            ["check_suite_id"] = 1,
            ["check_suite_node_id"] = "Q2hlY2tTdWl0ZTE=",
            ["url"] = address,
            ["html_url"] = PageOf(run),
            ["pull_requests"] = new JsonArray(),
            ["created_at"] = GitHubJson.Time(run.Created),
            ["updated_at"] = GitHubJson.Time(now),
            ["run_started_at"] = GitHubJson.Time(run.Started),
            ["actor"] = json.User(),
            ["triggering_actor"] = json.User(),
            ["jobs_url"] = $"{address}/jobs",
            ["logs_url"] = $"{address}/logs",
            ["check_suite_url"] = $"{json.Repo}/check-suites/1",
            ["artifacts_url"] = $"{address}/artifacts",
            ["cancel_url"] = $"{address}/cancel",
            ["rerun_url"] = $"{address}/rerun",
            ["previous_attempt_url"] = null,
            ["workflow_url"] = $"{json.Repo}/actions/workflows/159038",
            ["head_commit"] = new JsonObject
            {
                ["id"] = run.At.Sha,
                ["tree_id"] = run.At.Sha,
                ["message"] = "A commit",
                ["timestamp"] = GitHubJson.Time(run.At.Date),
                ["author"] = new JsonObject { ["name"] = "rsolv", ["email"] = "rsolv@example.org" },
                ["committer"] = new JsonObject { ["name"] = "rsolv", ["email"] = "rsolv@example.org" },
            },
            ["repository"] = json.Repository(),
            ["head_repository"] = json.Repository(),
            ["head_repository_id"] = 812,
        };
    }

    public string PageOf(GitHubRun run) => string.Create(CultureInfo.InvariantCulture, $"{json.Page}/actions/runs/{run.Id}");

    public string AddressOf(GitHubRun run) => string.Create(CultureInfo.InvariantCulture, $"{json.Repo}/actions/runs/{run.Id}");

    public JsonObject Job(GitHubRun run)
    {
        var now = DateTimeOffset.UtcNow;
        var steps = run.Steps(now);
        var address = string.Create(CultureInfo.InvariantCulture, $"{json.Repo}/actions/jobs/{run.JobId}");
        return new JsonObject
        {
            ["id"] = run.JobId,
            ["run_id"] = run.Id,
            ["workflow_name"] = "RSOLV staging validation",
            ["head_branch"] = run.At.Name,
            ["run_url"] = AddressOf(run),
            ["run_attempt"] = run.Attempt,
            ["node_id"] = GitHubJson.NodeId("CheckRun", run.JobId),
            ["head_sha"] = run.At.Sha,
            ["url"] = address,
            ["html_url"] = $"{PageOf(run)}/job/{run.JobId.ToString(CultureInfo.InvariantCulture)}",
            ["status"] = run.Status(now),
            ["conclusion"] = run.Conclusion(now),
            ["created_at"] = GitHubJson.Time(run.Started),
            ["started_at"] = GitHubJson.Time(run.Started),
            ["completed_at"] = GitHubJson.TimeOrNull(run.Completed(now)),
            ["name"] = "rsolv",
            ["steps"] = new JsonArray([.. steps.Select(Step)]),
            ["check_run_url"] = $"{json.Repo}/check-runs/{run.JobId.ToString(CultureInfo.InvariantCulture)}",
            ["labels"] = new JsonArray("ubuntu-latest"),
            ["runner_id"] = 1,
            ["runner_name"] = "GitHub Actions 1",
            ["runner_group_id"] = 0,
            ["runner_group_name"] = "GitHub Actions",
        };
    }

    public JsonObject Artifact(GitHubRun run, int index, string name)
    {
        var id = (run.Id * 10_000) + index;
        var address = string.Create(CultureInfo.InvariantCulture, $"{json.Repo}/actions/artifacts/{id}");
        return new JsonObject
        {
            ["id"] = id,
            ["node_id"] = GitHubJson.NodeId("Artifact", id),
            ["name"] = name,
            ["size_in_bytes"] = 1024,
            ["url"] = address,
            ["archive_download_url"] = $"{address}/zip",
            ["expired"] = false,
            ["created_at"] = GitHubJson.Time(run.Created),
            ["expires_at"] = GitHubJson.Time(run.Created.AddDays(90)),
            ["updated_at"] = GitHubJson.Time(run.Created),
        };
    }

    public JsonObject Pull(GitHubPull pull, bool isWhole)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"{json.Repo}/pulls/{pull.Number}");
        var links = new JsonObject();
        foreach (var name in PullLinks) links[name] = new JsonObject { ["href"] = $"{address}/{name}" };
        var request = new JsonObject
        {
            ["id"] = pull.Number,
            ["node_id"] = GitHubJson.NodeId("PullRequest", pull.Number),
            ["number"] = pull.Number,
            ["url"] = address,
            ["html_url"] = string.Create(CultureInfo.InvariantCulture, $"{json.Page}/pull/{pull.Number}"),
            ["state"] = "open",
            ["locked"] = false,
            ["title"] = pull.Title,
            ["user"] = json.User(),
            ["body"] = null,
            ["labels"] = new JsonArray(),
            ["milestone"] = null,
            ["created_at"] = GitHubJson.Time(pull.Created),
            ["updated_at"] = GitHubJson.Time(pull.Created),
            ["closed_at"] = null,
            ["merged_at"] = null,
            ["merge_commit_sha"] = null,
            ["assignee"] = null,
            ["head"] = Side(pull.Head),
            ["base"] = Side(pull.Base),
            ["_links"] = links,
            ["author_association"] = "MEMBER",
            ["auto_merge"] = null,
            ["draft"] = false,
        };
        foreach (var name in PullUrls) request[$"{name}_url"] = $"{address}/{name}";
        if (!isWhole) return request;
        foreach (var name in (string[])["additions", "changed_files", "comments", "commits", "deletions", "review_comments"])
            request[name] = 1;
        request["mergeable"] = true;
        request["mergeable_state"] = "clean";
        request["merged"] = false;
        request["merged_by"] = null;
        request["maintainer_can_modify"] = false;
        return request;
    }

    private JsonObject Side(string branch) => new()
    {
        ["label"] = $"{GitHubState.Owner}:{branch}",
        ["ref"] = branch,
        ["sha"] = new string('0', 40),
        ["user"] = json.User(),
        ["repo"] = json.Repository(),
    };

    private static JsonObject Step(GitHubStep step) => new()
    {
        ["name"] = step.Name,
        ["status"] = step.Status,
        ["conclusion"] = step.Conclusion,
        ["number"] = step.Number,
        ["started_at"] = GitHubJson.TimeOrNull(step.Started),
        ["completed_at"] = GitHubJson.TimeOrNull(step.Completed),
    };
}
