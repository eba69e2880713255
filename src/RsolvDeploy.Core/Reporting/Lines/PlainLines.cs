namespace RsolvDeploy.Reporting.Lines;

/// <summary>A log that marks nothing.</summary>
internal sealed class PlainLines : ILineDialect
{
    /// <inheritdoc/>
    public IEnumerable<string> Begin(string name, DateTimeOffset at) => [];

    /// <inheritdoc/>
    public IEnumerable<string> End(string name, DateTimeOffset at) => [];

    /// <inheritdoc/>
    public string? Error(string title, string message) => null;
}
