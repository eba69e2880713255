using System.Text;
using System.Text.RegularExpressions;

namespace RsolvDeploy.Images.Build;

/// <summary>
/// Matches paths with a pattern. The rules are those of the docker program, beyond its documentation: <c>**</c> before plain text matches
/// every path that ends in it, wildcards keep their meaning between brackets, an escaped letter is a class of characters (<c>\d</c>).
/// </summary>
internal sealed class IgnoreGlob
{
    private const string Wild = "*?[]\\";

    // Each wildcard costs memory for every character that is matched.
    private const int MostWildcards = 100;

    private readonly Func<string, bool> _matches;

    private IgnoreGlob(Func<string, bool> matches) => _matches = matches;

    /// <summary>Parses a pattern.</summary>
    /// <exception cref="ArgumentException">Its brackets or escapes are invalid.</exception>
    /// <exception cref="NotSupportedException">It has too many wildcards.</exception>
    public static IgnoreGlob Parse(string text)
    {
        GlobSyntax.Check(text);
        if (IsPlain(text)) return new IgnoreGlob(path => path == text);
        if (text.StartsWith("**", StringComparison.Ordinal) && IsPlain(text[2..]))
        {
            string end = text[2..];
            return new IgnoreGlob(path =>
                path.EndsWith(end, StringComparison.Ordinal) || (end.StartsWith('/') && path.AsSpan().SequenceEqual(end.AsSpan(1))));
        }

        if (text.EndsWith("**", StringComparison.Ordinal) && IsPlain(text[..^2]))
        {
            string start = text[..^2];
            return new IgnoreGlob(path => path.StartsWith(start, StringComparison.Ordinal));
        }

        if (text.Count(c => Wild.Contains(c, StringComparison.Ordinal)) > MostWildcards)
            throw new NotSupportedException($"A pattern has at most {MostWildcards} wildcards.");
        var regex = new Regex(ToRegex(text), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        return new IgnoreGlob(regex.IsMatch);
    }

    public bool Matches(string path) => _matches(path);

    private static bool IsPlain(string text) => text.AsSpan().IndexOfAny(Wild) < 0;

    private static string ToRegex(string text)
    {
        // One character but a slash; above U+FFFF it is two chars.
        const string any = "(?:[\\uD800-\\uDBFF][\\uDC00-\\uDFFF]|[^/])";
        var regex = new StringBuilder("^");
        bool inClass = false;
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
                case '*' or '?':
                    regex.Append(inClass ? "\\[^/]" : any).Append(c == '*' ? "*" : "");
                    inClass = false; // its translation contains a bracket that closes the class
                    break;
                case '\\':
                    regex.Append(Escaped(text[++i]));
                    break;
                case '[':
                    regex.Append(inClass ? "\\[" : "[");
                    inClass = true;
                    break;
                case ']':
                    regex.Append(']');
                    inClass = false;
                    break;
                case '.' or '+' or '(' or ')' or '|' or '{' or '}' or '$':
                    regex.Append('\\').Append(c);
                    break;
                default:
                    regex.Append(c);
                    break;
            }
        }

        return regex.Append("\\z").ToString();
    }

    private static string Escaped(char c) => c switch
    {
        'd' or 'D' or 's' or 'S' or 'w' or 'W' or 'a' or 'f' or 'n' or 'r' or 't' or 'v' => $"\\{c}",
        _ when char.IsAscii(c) && !char.IsAsciiLetterOrDigit(c) => $"\\x{(int)c:X2}",
        _ => throw new ArgumentException("The escape has no meaning."),
    };
}
