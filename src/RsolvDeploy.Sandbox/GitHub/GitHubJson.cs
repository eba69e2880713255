using System.Globalization;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.GitHub;

/// <summary>The objects of the REST API that many others contain.</summary>
/// <param name="api">The address of the API, without a slash at the end.</param>
internal sealed class GitHubJson(string api)
{
    private static readonly string[] RepositoryUrls =
    [
        "archive", "assignees", "blobs", "branches", "collaborators", "comments", "commits", "compare", "contents", "contributors",
        "deployments", "downloads", "events", "forks", "git_commits", "git_refs", "git_tags", "hooks", "issue_comment", "issue_events",
        "issues", "keys", "labels", "languages", "merges", "milestones", "notifications", "pulls", "releases", "stargazers", "statuses",
        "subscribers", "subscription", "tags", "teams", "trees",
    ];

    private static readonly string[] UserUrls =
    [
        "events", "followers", "following", "gists", "organizations", "received_events", "repos", "starred", "subscriptions",
    ];

    /// <summary>The address of the API.</summary>
    public string Api => api;

    /// <summary>The address of the repository.</summary>
    public string Repo => $"{api}/repos/{GitHubState.Owner}/{GitHubState.Name}";

    /// <summary>The page of the repository.</summary>
    public string Page => $"{api}/{GitHubState.Owner}/{GitHubState.Name}";

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static JsonNode? TimeOrNull(DateTimeOffset? at) => at is { } known ? Time(known) : null;

    public static string NodeId(string kind, object id) =>
        Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{kind}{id}")));

    public JsonObject User()
    {
        var user = new JsonObject
        {
            ["login"] = GitHubState.Owner,
            ["id"] = 4171,
            ["node_id"] = NodeId("User", 4171),
            ["avatar_url"] = $"{api}/u/4171",
            ["gravatar_id"] = "",
            ["url"] = $"{api}/users/{GitHubState.Owner}",
            ["html_url"] = $"{api}/{GitHubState.Owner}",
            ["type"] = "Organization",
            ["site_admin"] = false,
        };
        foreach (var name in UserUrls) user[$"{name}_url"] = $"{api}/users/{GitHubState.Owner}/{name}";
        return user;
    }

    public JsonObject Repository()
    {
        var repository = new JsonObject
        {
            ["id"] = 812,
            ["node_id"] = NodeId("Repository", 812),
            ["name"] = GitHubState.Name,
            ["full_name"] = $"{GitHubState.Owner}/{GitHubState.Name}",
            ["private"] = false,
            ["owner"] = User(),
            ["html_url"] = Page,
            ["description"] = null,
            ["fork"] = false,
            ["url"] = Repo,
            ["clone_url"] = $"{Page}.git",
            ["git_url"] = $"git://127.0.0.1/{GitHubState.Owner}/{GitHubState.Name}.git",
            ["ssh_url"] = $"git@127.0.0.1:{GitHubState.Owner}/{GitHubState.Name}.git",
            ["svn_url"] = Page,
            ["mirror_url"] = null,
            ["homepage"] = null,
            ["language"] = "JavaScript",
            ["license"] = null,
            ["default_branch"] = GitHubState.DefaultBranch,
            ["visibility"] = "public",
            ["created_at"] = "2025-01-01T00:00:00Z",
            ["updated_at"] = "2026-01-01T00:00:00Z",
            ["pushed_at"] = "2026-01-01T00:00:00Z",
        };
        foreach (var name in RepositoryUrls) repository[$"{name}_url"] = $"{Repo}/{name}";
        foreach (var name in (string[])["forks", "forks_count", "open_issues", "open_issues_count", "size", "stargazers_count", "watchers",
            "watchers_count", "network_count", "subscribers_count"])
        {
            repository[name] = 0;
        }

        foreach (var name in (string[])["has_issues", "has_projects", "has_wiki", "has_pages", "has_downloads", "has_discussions",
            "archived", "disabled"])
        {
            repository[name] = false;
        }

        return repository;
    }

    public JsonObject Commit(GitHubBranch branch)
    {
        var author = new JsonObject { ["name"] = "rsolv", ["email"] = "rsolv@example.org", ["date"] = Time(branch.Date) };
        return new JsonObject
        {
            ["url"] = $"{Repo}/commits/{branch.Sha}",
            ["sha"] = branch.Sha,
            ["node_id"] = NodeId("Commit", branch.Sha),
            ["html_url"] = $"{Page}/commit/{branch.Sha}",
            ["comments_url"] = $"{Repo}/commits/{branch.Sha}/comments",
            ["commit"] = new JsonObject
            {
                ["url"] = $"{Repo}/git/commits/{branch.Sha}",
                ["author"] = author,
                ["committer"] = author.DeepClone(),
                ["message"] = "A commit",
                ["comment_count"] = 0,
                ["tree"] = new JsonObject { ["sha"] = branch.Sha, ["url"] = $"{Repo}/git/trees/{branch.Sha}" },
            },
            ["author"] = User(),
            ["committer"] = User(),
            ["parents"] = new JsonArray(),
        };
    }

    public JsonObject Branch(GitHubBranch branch) => new()
    {
        ["name"] = branch.Name,
        ["commit"] = Commit(branch),
        ["_links"] = new JsonObject { ["html"] = $"{Page}/tree/{branch.Name}", ["self"] = $"{Repo}/branches/{branch.Name}" },
        ["protected"] = false,
        ["protection"] = new JsonObject { ["enabled"] = false },
        ["protection_url"] = $"{Repo}/branches/{branch.Name}/protection",
    };

    public JsonObject Reference(GitHubBranch branch) => new()
    {
        ["ref"] = $"refs/heads/{branch.Name}",
        ["node_id"] = NodeId("Ref", branch.Name),
        ["url"] = $"{Repo}/git/refs/heads/{branch.Name}",
        ["object"] = new JsonObject { ["type"] = "commit", ["sha"] = branch.Sha, ["url"] = $"{Repo}/git/commits/{branch.Sha}" },
    };

    public JsonObject File(GitHubBranch branch, string path, string text)
    {
        var sha = GitHubState.BlobOf(text);
        var address = $"{Repo}/contents/{path}?ref={branch.Name}";
        return new JsonObject
        {
            ["type"] = "file",
            ["encoding"] = "base64",
            ["size"] = System.Text.Encoding.UTF8.GetByteCount(text),
            ["name"] = path.Split('/')[^1],
            ["path"] = path,
            ["content"] = Convert.ToBase64String(
                System.Text.Encoding.UTF8.GetBytes(text), Base64FormattingOptions.InsertLineBreaks).ReplaceLineEndings("\n"),
            ["sha"] = sha,
            ["url"] = address,
            ["git_url"] = $"{Repo}/git/blobs/{sha}",
            ["html_url"] = $"{Page}/blob/{branch.Name}/{path}",
            ["download_url"] = $"{Page}/raw/{branch.Name}/{path}",
            ["_links"] = new JsonObject
            {
                ["self"] = address,
                ["git"] = $"{Repo}/git/blobs/{sha}",
                ["html"] = $"{Page}/blob/{branch.Name}/{path}",
            },
        };
    }

    public JsonObject FileCommit(GitHubBranch branch, string path, string text)
    {
        var content = File(branch, path, text);
        content.Remove("content");
        content.Remove("encoding");
        var commit = Commit(branch)["commit"]!.DeepClone().AsObject();
        commit["sha"] = branch.Sha;
        return new JsonObject { ["content"] = content, ["commit"] = commit };
    }
}
