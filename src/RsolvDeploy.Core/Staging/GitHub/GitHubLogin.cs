namespace RsolvDeploy.Staging.GitHub;

/// <summary>Finds what proves the operator to a GitHub: a given token, that of the App, or that of the environment.</summary>
internal static class GitHubLogin
{
    /// <summary>Finds it.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="given">The token that the operator gave; null for none.</param>
    /// <param name="options">What is used of this machine.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="Errors.DeployException"><c>GitHubTokenMissing</c>, <c>GitHubAppKeyInvalid</c>, or an error of GitHub.</exception>
    public static Task<GitHubToken> FindAsync(
        GitHubSettings settings, string? given, GitHubConnectionOptions options, CancellationToken ct) =>
        settings.App is { } app && given is not { Length: > 0 }
            ? new GitHubApp(app, settings, options).RequestTokenAsync(ct)
            : GitHubToken.FindAsync(GitHubHost.From(settings.ApiUrl), settings, given, Environment.GetEnvironmentVariable, ct);
}
