namespace RsolvDeploy.Reporting.Lines;

/// <summary>The logging commands of Azure Pipelines.</summary>
internal sealed class AzureLines : ILineDialect
{
    /// <inheritdoc/>
    public IEnumerable<string> Begin(string name, DateTimeOffset at) => [$"##[group]{OneLine(name)}"];

    /// <inheritdoc/>
    public IEnumerable<string> End(string name, DateTimeOffset at) => ["##[endgroup]"];

    /// <inheritdoc/>
    public string Error(string title, string message) => $"##vso[task.logissue type=error;code={Property(title)};]{Data(message)}";

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private static string Data(string text) => text.Replace("%", "%AZP25", StringComparison.Ordinal)
        .Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) =>
        Data(text).Replace(";", "%3B", StringComparison.Ordinal).Replace("]", "%5D", StringComparison.Ordinal);
}
