using System.Globalization;
using Octokit;

namespace RsolvDeploy.Staging.GitHub;

/// <summary>Creates and finds deployments of a repository, and sets their status.</summary>
internal sealed class RepositoryDeployments(GitHubConnection github)
{
    private const int MostFound = 30;
    private const int LongestDescription = 140;

    /// <summary>Creates a deployment; nothing is merged, and no status of the commit is required.</summary>
    /// <param name="reference">The branch, tag or commit.</param>
    /// <param name="environment">The environment at GitHub.</param>
    /// <param name="mark">What names it as one of a run.</param>
    /// <exception cref="GitHubFault">Refused.</exception>
    public async Task<long> CreateAsync(string reference, string environment, DeploymentMark mark)
    {
        var made = await github.Client.Repository.Deployment.Create(github.Owner, github.Name, new NewDeployment(reference)
        {
            AutoMerge = false,
            RequiredContexts = [],
            Environment = environment,
            Description = Short($"RsolvDeploy run {mark.Run}"),
            Payload = new Dictionary<string, string> { ["run"] = mark.Run, ["image"] = mark.Image },
        });
        return made.Id;
    }

    /// <summary>The newest deployment of an environment that a run made and that is meant; null for none.</summary>
    /// <param name="environment">The environment at GitHub.</param>
    /// <param name="isMeant">Whether it is meant.</param>
    public async Task<long?> FindAsync(string environment, Func<DeploymentMark, bool> isMeant)
    {
        var path = github.Path(string.Create(
            CultureInfo.InvariantCulture, $"deployments?environment={Uri.EscapeDataString(environment)}&per_page={MostFound}"));
        var found = await github.Connection.Get<List<FoundDeployment>>(path, null);
        return found.Body.FirstOrDefault(one => one.Mark is { } mark && isMeant(mark))?.Id;
    }

    /// <summary>Sets the status of a deployment.</summary>
    public Task SetAsync(long id, Octokit.DeploymentState state, string description, Uri? report, Uri? page) =>
        github.Client.Repository.Deployment.Status.Create(github.Owner, github.Name, id, new NewDeploymentStatus(state)
        {
            Description = Short(description),
            LogUrl = report?.ToString(),
            EnvironmentUrl = page?.ToString(),
        });

    private static string Short(string text) => text.Length <= LongestDescription ? text : $"{text[..(LongestDescription - 1)]}…";
}

/// <summary>What names a deployment as one of a run.</summary>
/// <param name="Run">The run.</param>
/// <param name="Image">The image.</param>
internal sealed record DeploymentMark(string Run, string Image);

/// <summary>A deployment in a list.</summary>
internal sealed class FoundDeployment
{
    /// <summary>Its id.</summary>
    public long Id { get; set; }

    /// <summary>What its creator noted: an object, or a text.</summary>
    public object? Payload { get; set; }

    /// <summary>The run that made it; null when another tool did.</summary>
    public DeploymentMark? Mark => Payload is IDictionary<string, object> noted
        && noted.TryGetValue("run", out var run) && noted.TryGetValue("image", out var image)
        ? new DeploymentMark($"{run}", $"{image}")
        : null;
}
