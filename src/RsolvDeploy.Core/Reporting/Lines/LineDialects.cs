namespace RsolvDeploy.Reporting.Lines;

/// <summary>Finds the CI system by its environment variables.</summary>
internal static class LineDialects
{
    /// <summary>The dialect of the CI system; null outside of one.</summary>
    /// <param name="environment">Reads an environment variable.</param>
    public static ILineDialect? Find(Func<string, string?> environment) =>
        IsTrue(environment("GITHUB_ACTIONS")) ? new GitHubLines()
        : IsTrue(environment("TF_BUILD")) ? new AzureLines()
        : IsTrue(environment("GITLAB_CI")) ? new GitLabLines()
        : IsTrue(environment("CI")) ? new PlainLines()
        : null;

    /// <summary>The file that GitHub shows as the summary of the step; null elsewhere.</summary>
    /// <param name="environment">Reads an environment variable.</param>
    public static string? SummaryFile(Func<string, string?> environment) =>
        IsTrue(environment("GITHUB_ACTIONS")) && environment("GITHUB_STEP_SUMMARY") is { Length: > 0 } path ? path : null;

    private static bool IsTrue(string? value) => value is "1" || string.Equals(value, "true", StringComparison.OrdinalIgnoreCase);
}
