namespace RsolvDeploy;

/// <summary>The staging workflow on GitHub.</summary>
/// <param name="Repository">The repository, <c>owner/name</c>.</param>
/// <param name="Workflow">The workflow's file name.</param>
/// <param name="SecretName">The repository secret to set; null for none.</param>
/// <param name="SecretEnvironmentVariable">The environment variable that holds its value; null for none.</param>
public sealed record GitHubSettings(string Repository, string Workflow, string? SecretName, string? SecretEnvironmentVariable)
{
    /// <summary>The address of the REST API.</summary>
    public static readonly Uri PublicApi = new("https://api.github.com/");

    /// <summary>
    /// The address of the REST API: github.com, an Enterprise Server (<c>https://HOST/api/v3</c>) or a data residency host
    /// (<c>https://api.TENANT.ghe.com</c>).
    /// </summary>
    public Uri ApiUrl { get; init; } = PublicApi;

    /// <summary>The branch or tag to run the workflow at; null for the default branch.</summary>
    public string? Ref { get; init; }

    /// <summary>The environment variable that holds the token; null for those that the program gh reads.</summary>
    public string? TokenEnvironmentVariable { get; init; }

    /// <summary>The GitHub App whose installation gives the token; null for none.</summary>
    public GitHubAppSettings? App { get; init; }

    /// <summary>The inputs of each dispatch.</summary>
    public IReadOnlyDictionary<string, string> Inputs { get; init; } = new Dictionary<string, string>();

    /// <summary>The time limit of the workflow run.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(45);

    /// <summary>The interval at which the workflow run is read.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether the validation may be skipped for a reason.</summary>
    public bool AllowSkip { get; init; } = true;

    /// <summary>The workflow file to generate; null when it is only required to exist.</summary>
    public WorkflowSettings? Generated { get; init; }

    /// <summary>How the scan is recognized.</summary>
    public WorkflowPhaseSettings Scan { get; init; } = new() { Step = "*scan*" };

    /// <summary>How the validation is recognized.</summary>
    public WorkflowPhaseSettings Validate { get; init; } = new() { Step = "*validat*" };

    /// <summary>How the mitigation is recognized.</summary>
    public WorkflowPhaseSettings Mitigate { get; init; } = new() { Step = "*mitigat*" };

    /// <summary>How generated tests are recognized.</summary>
    public WorkflowTestSettings Tests { get; init; } = new();

    /// <summary>How the pull request of a mitigation is recognized.</summary>
    public WorkflowPullRequestSettings PullRequest { get; init; } = new();
}
