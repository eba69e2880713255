using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace RsolvDeploy.Images.Registry;

/// <summary>A <c>WWW-Authenticate</c> header of a registry.</summary>
/// <param name="Scheme"><c>Basic</c> or <c>Bearer</c>, as the registry wrote it.</param>
/// <param name="Parameters">Its parameters, names in any case.</param>
internal sealed partial record RegistryChallenge(string Scheme, IReadOnlyDictionary<string, string> Parameters)
{
    public bool IsBearer => Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase);

    public bool IsBasic => Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase);

    /// <summary>The challenge to respond to: a token where one is offered, else a password; null for an unknown one.</summary>
    public static RegistryChallenge? Choose(IEnumerable<AuthenticationHeaderValue> headers)
    {
        List<RegistryChallenge> known = [.. headers.Select(h => Parse(h.Scheme, h.Parameter ?? "")).Where(c => c.IsBearer || c.IsBasic)];
        return known.Find(c => c.IsBearer) ?? known.Find(c => c.IsBasic);
    }

    public static RegistryChallenge Parse(string scheme, string parameters)
    {
        var read = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (Match match in ParameterPattern().Matches(parameters))
        {
            string value = match.Groups["quoted"].Success
                ? EscapePattern().Replace(match.Groups["quoted"].Value, "$1")
                : match.Groups["plain"].Value;
            read.TryAdd(match.Groups["name"].Value, value);
        }

        return new RegistryChallenge(scheme, read);
    }

    // A scope holds commas, so the header cannot be split at them.
    [GeneratedRegex(
        """(?<name>[A-Za-z0-9_\-]+)\s*=\s*("(?<quoted>(\\.|[^"\\])*)"|(?<plain>[^\s,"]+))""",
        RegexOptions.None,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex ParameterPattern();

    [GeneratedRegex(@"\\(.)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EscapePattern();
}
