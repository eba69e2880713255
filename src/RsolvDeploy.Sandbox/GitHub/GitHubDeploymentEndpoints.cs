using System.Globalization;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.GitHub;

/// <summary>Deployments and their statuses.</summary>
internal sealed class GitHubDeploymentEndpoints(GitHubState state)
{
    private static readonly string[] States = ["error", "failure", "inactive", "in_progress", "queued", "pending", "success"];

    public void Map(WebApplication app, string repo)
    {
        app.MapPost(repo + "/deployments", (Delegate)CreateAsync);
        app.MapGet(repo + "/deployments", List);
        app.MapPost(repo + "/deployments/{id:long}/statuses", (Delegate)SetStatusAsync);
    }

    private async Task<IResult> CreateAsync(HttpContext http)
    {
        var body = await GitHubEndpoints.ReadAsync(http);
        if (GitHubEndpoints.Text(body, "ref") is not { } reference)
            return GitHubResponses.Error(422, "Invalid request.\n\n\"ref\" wasn't supplied.");
        var branch = state.FindBranch(reference) ?? state.Branches.FirstOrDefault(one => one.Sha == reference);
        if (branch is null) return GitHubResponses.Error(422, $"No ref found for: {reference}");
        var deployment = new GitHubDeployment(
            7_000_000_000 + state.Deployments.Count, reference, branch.Sha, GitHubEndpoints.Text(body, "environment") ?? "production")
        {
            Description = GitHubEndpoints.Text(body, "description"),
            Payload = body!["payload"]?.DeepClone(),
        };
        state.Deploy(deployment);
        return GitHubResponses.Ok(http, Describe(http, deployment), 201);
    }

    private IResult List(HttpContext http)
    {
        var environment = http.Request.Query["environment"].ToString();
        var found = state.Deployments.Where(one => environment.Length == 0 || one.Environment == environment).ToList();
        return GitHubResponses.Ok(
            http, new JsonArray([.. GitHubResponses.Page(http, found).Select(one => (JsonNode)Describe(http, one))]));
    }

    private async Task<IResult> SetStatusAsync(HttpContext http, long id)
    {
        if (state.Deployments.FirstOrDefault(one => one.Id == id) is not { } deployment) return GitHubResponses.NotFound();
        var body = await GitHubEndpoints.ReadAsync(http);
        if (GitHubEndpoints.Text(body, "state") is not { } name || !States.Contains(name))
            return GitHubResponses.Error(422, "Validation Failed");
        var description = GitHubEndpoints.Text(body, "description") ?? "";
        if (description.Length > 140) return GitHubResponses.Error(422, "Validation Failed: description is too long");
        var status = new GitHubDeploymentStatus(
            1 + deployment.Statuses.Count, name, description, GitHubEndpoints.Text(body, "log_url") ?? "",
            GitHubEndpoints.Text(body, "environment_url") ?? "");
        state.SetStatus(deployment, status);
        return GitHubResponses.Ok(http, Describe(http, deployment, status), 201);
    }

    private static JsonObject Describe(HttpContext http, GitHubDeployment deployment)
    {
        var json = GitHubEndpoints.Json(http);
        var url = string.Create(CultureInfo.InvariantCulture, $"{json.Repo}/deployments/{deployment.Id}");
        return new JsonObject
        {
            ["url"] = url,
            ["id"] = deployment.Id,
            ["node_id"] = GitHubJson.NodeId("Deployment", deployment.Id),
            ["sha"] = deployment.Sha,
            ["ref"] = deployment.Ref,
            ["task"] = "deploy",
            ["payload"] = deployment.Payload?.DeepClone() ?? "",
            ["original_environment"] = deployment.Environment,
            ["environment"] = deployment.Environment,
            ["description"] = deployment.Description,
            ["creator"] = json.User(),
            ["created_at"] = GitHubJson.Time(deployment.Created),
            ["updated_at"] = GitHubJson.Time(deployment.Created),
            ["statuses_url"] = $"{url}/statuses",
            ["repository_url"] = json.Repo,
            ["transient_environment"] = false,
            ["production_environment"] = deployment.Environment == "production",
        };
    }

    private static JsonObject Describe(HttpContext http, GitHubDeployment deployment, GitHubDeploymentStatus status)
    {
        var json = GitHubEndpoints.Json(http);
        var url = string.Create(CultureInfo.InvariantCulture, $"{json.Repo}/deployments/{deployment.Id}");
        return new JsonObject
        {
            ["url"] = string.Create(CultureInfo.InvariantCulture, $"{url}/statuses/{status.Id}"),
            ["id"] = status.Id,
            ["node_id"] = GitHubJson.NodeId("DeploymentStatus", status.Id),
            ["state"] = status.State,
            ["creator"] = json.User(),
            ["description"] = status.Description,
            ["environment"] = deployment.Environment,
            ["target_url"] = status.LogUrl,
            ["created_at"] = GitHubJson.Time(status.Created),
            ["updated_at"] = GitHubJson.Time(status.Created),
            ["deployment_url"] = url,
            ["repository_url"] = json.Repo,
            ["environment_url"] = status.EnvironmentUrl,
            ["log_url"] = status.LogUrl,
        };
    }
}
