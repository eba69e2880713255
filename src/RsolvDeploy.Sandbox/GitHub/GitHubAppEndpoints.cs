using System.Globalization;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.GitHub;

/// <summary>The installation of the App in the repository, and its tokens. Only a proof of the App opens them.</summary>
internal sealed class GitHubAppEndpoints(GitHubState state)
{
    public void Map(WebApplication app, string repo)
    {
        app.MapGet(repo + "/installation", Find);
        app.MapPost("/app/installations/{id:long}/access_tokens", CreateToken);
    }

    private IResult Find(HttpContext http)
    {
        if (!Proves(http)) return GitHubResponses.Error(401, "A JSON web token could not be decoded");
        var json = GitHubEndpoints.Json(http);
        return GitHubResponses.Ok(http, new JsonObject
        {
            ["id"] = GitHubAppKey.Installation,
            ["account"] = json.User(),
            ["access_tokens_url"] = string.Create(
                CultureInfo.InvariantCulture, $"{json.Api}/app/installations/{GitHubAppKey.Installation}/access_tokens"),
            ["app_id"] = 424242,
            ["target_id"] = 4171,
            ["target_type"] = "Organization",
            ["permissions"] = new JsonObject { ["actions"] = "write", ["contents"] = "write", ["deployments"] = "write" },
            ["events"] = new JsonArray(),
            ["repository_selection"] = "selected",
        });
    }

    private IResult CreateToken(HttpContext http, long id)
    {
        if (!Proves(http)) return GitHubResponses.Error(401, "A JSON web token could not be decoded");
        if (id != GitHubAppKey.Installation) return GitHubResponses.NotFound();
        return GitHubResponses.Ok(http, new JsonObject
        {
            ["token"] = GitHubKeys.Token,
            ["expires_at"] = GitHubJson.Time(DateTimeOffset.UtcNow.AddHours(1)),
            ["permissions"] = new JsonObject { ["actions"] = "write" },
            ["repository_selection"] = "selected",
        }, 201);
    }

    private bool Proves(HttpContext http) =>
        http.Request.Headers.Authorization.ToString() is var header && header.StartsWith("Bearer ", StringComparison.Ordinal)
            && state.App.Proves(header["Bearer ".Length..]);
}
