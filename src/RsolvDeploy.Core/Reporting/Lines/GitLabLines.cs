using System.Globalization;

namespace RsolvDeploy.Reporting.Lines;

/// <summary>The collapsible sections of GitLab CI/CD.</summary>
internal sealed class GitLabLines : ILineDialect
{
    private const string Clear = "\u001b[0K";
    private const string Red = "\u001b[31;1m";
    private const string Plain = "\u001b[0m";

    /// <inheritdoc/>
    public IEnumerable<string> Begin(string name, DateTimeOffset at) =>
        [$"{Clear}section_start:{Seconds(at)}:{Slug(name)}\r{Clear}{name.ReplaceLineEndings(" ")}"];

    /// <inheritdoc/>
    public IEnumerable<string> End(string name, DateTimeOffset at) => [$"{Clear}section_end:{Seconds(at)}:{Slug(name)}\r{Clear}"];

    /// <inheritdoc/>
    public string Error(string title, string message) => $"{Red}{title}: {message.ReplaceLineEndings(" ")}{Plain}";

    private static string Seconds(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private static string Slug(string name) =>
        string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '_'));
}
