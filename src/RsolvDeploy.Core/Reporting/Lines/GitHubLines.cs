namespace RsolvDeploy.Reporting.Lines;

/// <summary>The workflow commands of GitHub Actions.</summary>
internal sealed class GitHubLines : ILineDialect
{
    /// <inheritdoc/>
    public IEnumerable<string> Begin(string name, DateTimeOffset at) => [$"::group::{Data(name)}"];

    /// <inheritdoc/>
    public IEnumerable<string> End(string name, DateTimeOffset at) => ["::endgroup::"];

    /// <inheritdoc/>
    public string Error(string title, string message) => $"::error title={Property(title)}::{Data(message)}";

    private static string Data(string text) => text.Replace("%", "%25", StringComparison.Ordinal)
        .Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) =>
        Data(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);
}
