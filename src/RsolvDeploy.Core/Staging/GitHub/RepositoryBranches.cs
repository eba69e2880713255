using Octokit;
using RsolvDeploy.Configuration;

namespace RsolvDeploy.Staging.GitHub;

/// <summary>Finds what a run of the workflow left in the repository.</summary>
internal sealed class RepositoryBranches(GitHubConnection github)
{
    private const int MostBranches = 20;
    private const int MostRequests = 100;

    /// <summary>The branches that match a glob and have a commit since a time, newest commit first.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(string glob, DateTimeOffset since)
    {
        var prefix = glob[..(glob.IndexOfAny(['*', '?']) is >= 0 and var star ? star : glob.Length)];
        var references = await new ApiConnection(github.Connection).GetAll<Reference>(github.Path($"git/matching-refs/heads/{prefix}"));
        var names = references.Select(one => one.Ref["refs/heads/".Length..]).Where(name => Glob.IsMatch(glob, name)).ToList();
        var found = new List<(string Name, DateTimeOffset At)>();
        // The last ones by name: the names that the action gives have a number or a time.
        foreach (var name in names.TakeLast(MostBranches))
        {
            var branch = await github.Connection.Get<BranchHead>(github.Path($"branches/{Uri.EscapeDataString(name)}"), null);
            if (branch.Body.Commit?.Commit?.Committer?.Date is { } at && at >= since) found.Add((name, at));
        }

        return [.. found.OrderByDescending(one => one.At).Select(one => one.Name)];
    }

    /// <summary>The newest pull request of a branch that matches a glob, opened or updated since a time; null for none.</summary>
    public async Task<FoundPullRequest?> FindPullRequestAsync(string glob, DateTimeOffset since)
    {
        var request = new PullRequestRequest
        {
            State = ItemStateFilter.All,
            SortProperty = PullRequestSort.Created,
            SortDirection = SortDirection.Descending,
        };
        var opened = await github.Client.PullRequest.GetAllForRepository(
            github.Owner, github.Name, request, new ApiOptions { PageSize = MostRequests, PageCount = 1 });
        return opened
            .Where(one => one.CreatedAt >= since && Glob.IsMatch(glob, one.Head.Ref))
            .Select(one => new FoundPullRequest(one.Number, one.HtmlUrl, one.Title ?? "", one.Head.Ref))
            .FirstOrDefault();
    }
}

/// <summary>A branch with its newest commit.</summary>
internal sealed class BranchHead
{
    /// <summary>The newest commit.</summary>
    public GitHubCommit? Commit { get; set; }
}

/// <summary>A pull request.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Url">Its page.</param>
/// <param name="Title">Its title.</param>
/// <param name="Branch">Its branch.</param>
internal sealed record FoundPullRequest(int Number, string Url, string Title, string Branch);
