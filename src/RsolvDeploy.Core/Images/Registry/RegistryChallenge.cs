using System.Text;

namespace RsolvDeploy.Images.Registry;

/// <summary>One challenge of a registry's <c>WWW-Authenticate</c> header.</summary>
/// <param name="Scheme"><c>Basic</c> or <c>Bearer</c>, as the registry wrote it.</param>
/// <param name="Parameters">Its parameters, names in any case.</param>
internal sealed record RegistryChallenge(string Scheme, IReadOnlyDictionary<string, string> Parameters)
{
    public bool IsBearer => Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase);

    public bool IsBasic => Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase);

    /// <summary>The challenges that can be responded to, in this order: for a token, for a password.</summary>
    /// <param name="headers">The values of the headers, as the registry sent them.</param>
    public static IReadOnlyList<RegistryChallenge> Choose(IEnumerable<string> headers)
    {
        List<RegistryChallenge> all = [.. headers.SelectMany(Parse)];
        return [.. all.Where(challenge => challenge.IsBearer), .. all.Where(challenge => challenge.IsBasic)];
    }

    /// <summary>The challenges of one header. It may have several, with blanks and commas at any place between their parts.</summary>
    public static IReadOnlyList<RegistryChallenge> Parse(string header)
    {
        var challenges = new List<RegistryChallenge>();
        Dictionary<string, string>? parameters = null;
        int at = 0;
        while (true)
        {
            at = Skip(header, at, " \t,");
            if (at >= header.Length) return challenges;
            string word = Word(header, ref at, " \t,=");
            at = Skip(header, at, " \t");
            if (at < header.Length && header[at] == '=')
            {
                at = Skip(header, at + 1, " \t");
                string value = at < header.Length && header[at] == '"' ? Quoted(header, ref at) : Word(header, ref at, " \t,");
                parameters?.TryAdd(word, value);
                continue;
            }

            parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            challenges.Add(new RegistryChallenge(word, parameters));
        }
    }

    private static int Skip(string text, int at, string blanks)
    {
        while (at < text.Length && blanks.Contains(text[at], StringComparison.Ordinal)) at++;
        return at;
    }

    private static string Word(string text, ref int at, string ends)
    {
        int start = at;
        while (at < text.Length && !ends.Contains(text[at], StringComparison.Ordinal)) at++;
        return text[start..at];
    }

    private static string Quoted(string text, ref int at)
    {
        var value = new StringBuilder();
        for (at++; at < text.Length && text[at] != '"'; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length) at++;
            value.Append(text[at]);
        }

        at++;
        return value.ToString();
    }
}
