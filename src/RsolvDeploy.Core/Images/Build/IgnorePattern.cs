using System.Text;
using System.Text.RegularExpressions;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Images.Build;

/// <summary>One line of a <c>.dockerignore</c> file. Its rules are those of Go's <c>filepath.Match</c>, with <c>**</c> for any number of folders.</summary>
internal sealed class IgnorePattern
{
    private readonly Regex _regex;

    private IgnorePattern(string text, bool isException, Regex regex)
    {
        Text = text;
        IsException = isException;
        _regex = regex;
        int wild = text.IndexOfAny(['*', '?', '[', '\\']);
        HasWildcard = wild >= 0;
    }

    public string Text { get; }

    /// <summary>Whether it takes back in what lines before it left out.</summary>
    public bool IsException { get; }

    public bool HasWildcard { get; }

    /// <summary>Reads a line; null for an empty one or a comment.</summary>
    public static IgnorePattern? Parse(string line, int number, string file)
    {
        // Only a '#' in the first column makes a comment; what is trimmed later may begin with one.
        if (line.StartsWith('#')) return null;
        string text = line.Trim();
        if (text.Length == 0) return null;
        bool isException = text[0] == '!';
        if (isException) text = text[1..].Trim();
        if (text.Length == 0) throw Invalid(line, number, file, "an exception has to name something");
        text = Clean(text);
        try
        {
            return new IgnorePattern(text, isException, new Regex(ToRegex(text), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking));
        }
        catch (ArgumentException)
        {
            throw Invalid(line, number, file, "its brackets or escapes do not end");
        }
    }

    public bool Matches(string path) => _regex.IsMatch(path);

    /// <summary>Takes out <c>.</c>, <c>..</c> and doubled slashes, and the slash in front: a pattern is always relative to the context.</summary>
    private static string Clean(string text)
    {
        var parts = new List<string>();
        foreach (string part in text.Split('/'))
        {
            if (part is "" or ".") continue;
            if (part == ".." && parts.Count > 0 && parts[^1] != "..") parts.RemoveAt(parts.Count - 1);
            else if (part != ".." || !text.StartsWith('/')) parts.Add(part);
        }

        return parts.Count == 0 ? "." : string.Join('/', parts);
    }

    private static string ToRegex(string text)
    {
        var regex = new StringBuilder("^");
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            switch (c)
            {
                case '*' when i + 1 < text.Length && text[i + 1] == '*':
                    i++;
                    if (i + 1 < text.Length && text[i + 1] == '/') i++;
                    regex.Append(i + 1 == text.Length ? ".*" : "(.*/)?");
                    break;
                case '*':
                    regex.Append("[^/]*");
                    break;
                case '?':
                    regex.Append("[^/]");
                    break;
                case '[':
                    i = AppendClass(text, i, regex);
                    break;
                case '\\':
                    if (++i == text.Length) throw new ArgumentException("The escape does not end.");
                    regex.Append(Regex.Escape(text[i].ToString()));
                    break;
                default:
                    regex.Append(Regex.Escape(c.ToString()));
                    break;
            }
        }

        return regex.Append('$').Replace("\n", "\\n").ToString();
    }

    private static int AppendClass(string text, int start, StringBuilder regex)
    {
        regex.Append('[');
        int i = start + 1;
        if (i < text.Length && text[i] == '^')
        {
            regex.Append('^');
            i++;
        }

        for (int first = i; i < text.Length; i++)
        {
            if (text[i] == ']' && i > first)
            {
                regex.Append(']');
                return i;
            }

            if (text[i] == '\\' && ++i == text.Length) break;
            if (text[i] is '[' or ']' or '\\' or '^') regex.Append('\\');
            regex.Append(text[i]);
        }

        throw new ArgumentException("The class does not end.");
    }

    private static DeployException Invalid(string line, int number, string file, string why) => new(
        "DockerIgnoreInvalid",
        FaultCategory.ParserError,
        $"{file}, line {number}: the pattern '{line}' cannot be read: {why}.",
        "Correct the pattern; patterns are those of Docker's .dockerignore.")
    { Subject = file };
}
