namespace RsolvDeploy;

/// <summary>The staging workflow on GitHub.</summary>
/// <param name="Repository">The repository, <c>owner/name</c>.</param>
/// <param name="Workflow">The workflow's file name.</param>
/// <param name="SecretName">The repository secret to set; null for none.</param>
/// <param name="SecretEnvironmentVariable">The environment variable that holds its value; null for none.</param>
public sealed record GitHubSettings(string Repository, string Workflow, string? SecretName, string? SecretEnvironmentVariable);
