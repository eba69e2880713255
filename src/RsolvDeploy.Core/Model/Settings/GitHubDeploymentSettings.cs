namespace RsolvDeploy;

/// <summary>Where GitHub shows the deployments of a target.</summary>
/// <param name="Repository">The repository of the platform, <c>owner/name</c>.</param>
public sealed record GitHubDeploymentSettings(string Repository)
{
    /// <summary>The address of the REST API.</summary>
    public Uri ApiUrl { get; init; } = GitHubSettings.PublicApi;

    /// <summary>The environment variable that holds the token; null for those that the program gh reads.</summary>
    public string? TokenEnvironmentVariable { get; init; }

    /// <summary>The GitHub App whose installation gives the token; null for none.</summary>
    public GitHubAppSettings? App { get; init; }

    /// <summary>The name of the environment at GitHub; null for the name of the target.</summary>
    public string? Environment { get; init; }

    /// <summary>
    /// The branch, tag or commit that is shown as deployed; null for the commit of the image, or for the default branch where it is not
    /// known.
    /// </summary>
    public string? Ref { get; init; }

    /// <summary>
    /// The address of the report, with <c>{run}</c> for the id of the run; null for the page of the job in GitHub Actions.
    /// </summary>
    public string? ReportUrl { get; init; }
}
