using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Faults;

namespace RsolvDeploy.Sandbox.GitHub;

/// <summary>The REST API of GitHub for one repository: contents, branches, pull requests and secrets.</summary>
internal sealed class GitHubEndpoints(GitHubState state, FaultInjector faults)
{
    private const string Repo = "/repos/{owner}/{repo}";

    public void Map(WebApplication app)
    {
        app.Use(new GitHubGuard(faults).CheckAsync);
        app.Use(KnownAsync);
        app.MapGet(Repo, (HttpContext http) => GitHubResponses.Ok(http, Json(http).Repository()));
        app.MapGet(Repo + "/contents/{**path}", GetContents);
        app.MapPut(Repo + "/contents/{**path}", PutContentsAsync);
        app.MapGet(Repo + "/branches/{**branch}", GetBranch);
        app.MapGet(Repo + "/git/matching-refs/{**prefix}", MatchReferences);
        app.MapPost(Repo + "/git/refs", (Delegate)CreateReferenceAsync);
        app.MapGet(Repo + "/pulls", ListPulls);
        app.MapPost(Repo + "/pulls", (Delegate)OpenPullAsync);
        app.MapGet(Repo + "/actions/secrets/public-key", (HttpContext http) => GitHubResponses.Ok(
            http, new JsonObject { ["key_id"] = GitHubKeys.Id, ["key"] = GitHubKeys.Public }));
        app.MapGet(Repo + "/actions/secrets/{name}", GetSecret);
        app.MapPut(Repo + "/actions/secrets/{name}", PutSecretAsync);
        new GitHubRunEndpoints(state, faults).Map(app, Repo);
        new GitHubDeploymentEndpoints(state).Map(app, Repo);
        new GitHubAppEndpoints(state).Map(app, Repo);
        app.MapFallback(GitHubResponses.NotFound);
    }

    internal static GitHubJson Json(HttpContext http) => new($"{http.Request.Scheme}://{http.Request.Host}");

    /// <summary>The body; null when it is no JSON object.</summary>
    internal static async Task<JsonObject?> ReadAsync(HttpContext http)
    {
        try
        {
            return await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static string? Text(JsonNode? body, string name) =>
        (body as JsonObject)?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static async Task KnownAsync(HttpContext http, RequestDelegate next)
    {
        var parts = http.Request.Path.Value!.Split('/');
        var isOther = parts is [_, "repos", var owner, var name, ..]
            && !$"{owner}/{name}".Equals($"{GitHubState.Owner}/{GitHubState.Name}", StringComparison.OrdinalIgnoreCase);
        if (isOther) await GitHubResponses.NotFound().ExecuteAsync(http);
        else await next(http);
    }

    private IResult GetContents(HttpContext http, string path)
    {
        path = Uri.UnescapeDataString(path);
        var reference = http.Request.Query["ref"].ToString() is { Length: > 0 } asked ? asked : GitHubState.DefaultBranch;
        if (state.FindBranch(reference) is not { } branch)
            return GitHubResponses.Error(404, $"No commit found for the ref {reference}");
        return branch.Files.TryGetValue(path, out var text)
            ? GitHubResponses.Ok(http, Json(http).File(branch, path, text))
            : GitHubResponses.NotFound();
    }

    private async Task<IResult> PutContentsAsync(HttpContext http, string path)
    {
        path = Uri.UnescapeDataString(path);
        var body = await ReadAsync(http);
        if (Text(body, "message") is null || Text(body, "content") is not { } content)
            return GitHubResponses.Error(422, "Invalid request.\n\n\"content\" wasn't supplied.");
        if (state.FindBranch(Text(body, "branch") ?? GitHubState.DefaultBranch) is not { } branch)
            return GitHubResponses.Error(404, "Branch not found");
        var isThere = branch.Files.TryGetValue(path, out var before);
        var sha = Text(body, "sha");
        if (isThere && sha is null) return GitHubResponses.Error(422, "Invalid request.\n\n\"sha\" wasn't supplied.");
        if (isThere && sha != GitHubState.BlobOf(before!)) return GitHubResponses.Error(409, $"{path} does not match {sha}");
        var text = Encoding.UTF8.GetString(Convert.FromBase64String(content));
        var after = state.Write(branch, path, text);
        return GitHubResponses.Ok(http, Json(http).FileCommit(after, path, text), isThere ? 200 : 201);
    }

    private IResult GetBranch(HttpContext http, string branch) => state.FindBranch(Uri.UnescapeDataString(branch)) is { } found
        ? GitHubResponses.Ok(http, Json(http).Branch(found))
        : GitHubResponses.Error(404, "Branch not found");

    private IResult MatchReferences(HttpContext http, string prefix)
    {
        prefix = Uri.UnescapeDataString(prefix);
        var found = state.Branches.Where(one => $"heads/{one.Name}".StartsWith(prefix, StringComparison.Ordinal)).ToList();
        return GitHubResponses.Ok(http, new JsonArray([.. GitHubResponses.Page(http, found).Select(Json(http).Reference)]));
    }

    private async Task<IResult> CreateReferenceAsync(HttpContext http)
    {
        var body = await ReadAsync(http);
        if (Text(body, "ref") is not { } reference || !reference.StartsWith("refs/heads/", StringComparison.Ordinal)
            || Text(body, "sha") is not { } sha)
        {
            return GitHubResponses.Error(422, "Reference name is not valid");
        }

        var name = reference["refs/heads/".Length..];
        return state.CreateBranch(name, sha)
            ? GitHubResponses.Ok(http, Json(http).Reference(state.FindBranch(name)!), 201)
            : GitHubResponses.Error(422, "Reference already exists");
    }

    private IResult ListPulls(HttpContext http) => GitHubResponses.Ok(http, new JsonArray(
        [.. GitHubResponses.Page(http, state.Pulls).Select(pull => new GitHubRunJson(Json(http)).Pull(pull, isWhole: false))]));

    private async Task<IResult> OpenPullAsync(HttpContext http)
    {
        var body = await ReadAsync(http);
        var (title, head, onto) = (Text(body, "title"), Text(body, "head"), Text(body, "base"));
        if (title is null || head is null || onto is null || state.FindBranch(head) is null || state.FindBranch(onto) is null)
            return GitHubResponses.Error(422, "Validation Failed");
        return state.Open(title, head, onto) is { } pull
            ? GitHubResponses.Ok(http, new GitHubRunJson(Json(http)).Pull(pull, isWhole: true), 201)
            : GitHubResponses.Error(422, "Validation Failed: a pull request already exists");
    }

    private IResult GetSecret(HttpContext http, string name) => state.Secrets.TryGetValue(name, out var secret)
        ? GitHubResponses.Ok(http, new JsonObject
        {
            ["name"] = name,
            ["created_at"] = GitHubJson.Time(secret.Created),
            ["updated_at"] = GitHubJson.Time(secret.Updated),
        })
        : GitHubResponses.NotFound();

    private async Task<IResult> PutSecretAsync(HttpContext http, string name)
    {
        var body = await ReadAsync(http);
        if (Text(body, "encrypted_value") is not { } box || Text(body, "key_id") is not { } key)
            return GitHubResponses.Error(422, "Invalid request.");
        if (key != GitHubKeys.Id) return GitHubResponses.Error(422, "The key_id does not match the public key.");
        return state.Set(name, box, key) ? GitHubResponses.Ok(http, new JsonObject(), 201) : Results.StatusCode(204);
    }
}
