using RsolvDeploy.Errors;

namespace RsolvDeploy.Dashboards.Models;

/// <summary>A dashboard as an operator names it: its uid, or its link with selected values and range.</summary>
/// <param name="Uid">The uid.</param>
internal sealed record DashboardLink(string Uid)
{
    /// <summary>The selected values of variables by their names.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Values { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The organization; null for the account's own.</summary>
    public string? Organization { get; init; }

    /// <summary>The start of the range; null for the dashboard's own.</summary>
    public string? From { get; init; }

    /// <summary>The end of the range; null for the dashboard's own.</summary>
    public string? To { get; init; }

    /// <summary>Reads a uid, or a link such as <c>https://grafana.example.org/d/UID/slug?var-environment=production</c>.</summary>
    /// <exception cref="DeployException"><c>DashboardInvalid</c>.</exception>
    public static DashboardLink Parse(string text)
    {
        text = text.Trim();
        var (path, query) = Split(text);
        if (!path.Contains('/', StringComparison.Ordinal) && query.Length == 0)
            return path.Length > 0 ? new DashboardLink(path) : throw Invalid(text);
        // /d/UID/slug, /d-solo/UID/slug; a path prefix may stand before it.
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var at = Array.FindIndex(parts, part => part is "d" or "d-solo");
        if (at < 0 || at + 1 >= parts.Length) throw Invalid(text);
        var parameters = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(Pair).ToList();
        return new DashboardLink(Uri.UnescapeDataString(parts[at + 1]))
        {
            Values = parameters.Where(one => one.Name.StartsWith("var-", StringComparison.Ordinal)).GroupBy(one => one.Name[4..])
                .ToDictionary(one => one.Key, one => (IReadOnlyList<string>)[.. one.Select(value => value.Value)]),
            Organization = Value("orgId"),
            From = Value("from"),
            To = Value("to"),
        };

        string? Value(string name) => parameters.FirstOrDefault(one => one.Name == name).Value is { Length: > 0 } value ? value : null;
    }

    private static (string Path, string Query) Split(string text)
    {
        var hash = text.IndexOf('#', StringComparison.Ordinal);
        if (hash >= 0) text = text[..hash];
        var question = text.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? text : text[..question];
        if (Uri.TryCreate(path, UriKind.Absolute, out var address) && address.Scheme is "http" or "https") path = address.AbsolutePath;
        return (path, question < 0 ? "" : text[(question + 1)..]);
    }

    private static (string Name, string Value) Pair(string parameter)
    {
        var parts = parameter.Split('=', 2);
        return (Decode(parts[0]), parts.Length > 1 ? Decode(parts[1]) : "");
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private static DeployException Invalid(string text) =>
        new("DashboardInvalid", FaultCategory.InvalidArgument, $"'{text}' is neither the uid nor the link of a dashboard.",
            "Use the uid, or the link as the browser shows it: https://<grafana>/d/<uid>/<name>.")
        { Subject = text };
}
