using System.Text;
using System.Text.RegularExpressions;

namespace RsolvDeploy.Redaction;

/// <summary>
/// Removes from text of any origin what has the shape of a credential, and makes control characters visible, so that neither a log nor a
/// server can write to the terminal. Linear in the length of the text.
/// </summary>
internal static partial class TextRedaction
{
    /// <summary>What stands in the place of a credential.</summary>
    public const string Placeholder = "(not shown)";

    /// <summary>The longest line that is shown whole, in characters.</summary>
    public const int LongestLine = 16 * 1024;

    private const int Timeout = 1000;
    private const string KeyBegins = "-----BEGIN ";

    /// <summary>The text without credentials and control characters. Line breaks and tabs stay.</summary>
    public static string Apply(string text)
    {
        if (text.Length == 0) return text;
        var whole = WithoutPrivateKeys(text);
        if (whole.Length <= LongestLine && !whole.Contains('\n', StringComparison.Ordinal)) return Line(whole);
        var lines = new StringBuilder(whole.Length);
        foreach (var line in whole.AsSpan().EnumerateLines())
            (lines.Length > 0 ? lines.Append('\n') : lines).Append(Line(Bounded(line)));
        return lines.ToString();
    }

    private static string Bounded(ReadOnlySpan<char> line) => line.Length <= LongestLine
        ? line.ToString()
        : $"{line[..LongestLine]}… ({line.Length - LongestLine} more characters are not shown)";

    private static string Line(string line)
    {
        try
        {
            line = UserInfo().Replace(line, $"://$1:{Placeholder}@");
            line = Authorization().Replace(line, $"$1 {Placeholder}");
            line = Cookie().Replace(line, $"$1{Placeholder}");
            line = Assignment().Replace(line, Assigned);
            line = CredentialDetector.Replace(line, Placeholder);
        }
        catch (RegexMatchTimeoutException)
        {
            return $"(a line of {line.Length} characters is left out: it is too complex to check for credentials)";
        }

        return WithoutCommands(Printable(line));
    }

    // CI systems execute lines of output: GitHub those that begin with '::', Azure Pipelines '##vso[' and '##[' in any place.
    private static string WithoutCommands(string line)
    {
        if (line.Contains("##", StringComparison.Ordinal))
        {
            line = line.Replace("##[", "# #[", StringComparison.Ordinal)
                .Replace("##vso[", "# #vso[", StringComparison.OrdinalIgnoreCase);
        }

        var begin = line.AsSpan().IndexOfAnyExcept(' ', '\t');
        return begin >= 0 && line.AsSpan(begin).StartsWith("::") ? line.Insert(begin + 1, " ") : line;
    }

    // Of a word that is also prose ("secret: not found"), only a value that looks random is a credential.
    private static string Assigned(Match match)
    {
        var value = match.Groups["value"].Value;
        var bare = value.Trim('"', '\'');
        if (IsHarmless(bare)) return match.Value;
        var isProse = match.Groups["prose"].Success && match.Groups["rest"].Length == 0 && match.Groups["separator"].ValueSpan.Contains(':')
            && match.Groups["separator"].ValueSpan.IndexOfAny('"', '\'') < 0;
        if (isProse && CredentialDetector.Recognize("password", bare) is null) return match.Value;
        var quote = value[0] is '"' or '\'' ? value[..1] : "";
        return $"{match.Value[..^value.Length]}{quote}{Placeholder}{quote}";
    }

    private static bool IsHarmless(string value) =>
        value.Length == 0
        || value is "true" or "false" or "null" or "none" or "None" or "nil" or "undefined" or "***" or "<nil>"
        || value[0] is '(' or '<' or '$' or '[' or '{'
        || (value.Length <= 4 && value.All(char.IsAsciiDigit));

    private static string WithoutPrivateKeys(string text)
    {
        if (!text.Contains(KeyBegins, StringComparison.Ordinal)) return text;
        var rest = new StringBuilder(text.Length);
        var from = 0;
        while (text.IndexOf(KeyBegins, from, StringComparison.Ordinal) is var begin && begin >= 0)
        {
            var label = text.AsSpan(begin, Math.Min(64, text.Length - begin));
            var after = begin + KeyBegins.Length;
            if (label.Contains("PRIVATE KEY", StringComparison.Ordinal))
            {
                rest.Append(text, from, begin - from).Append("(a private key is not shown)");
                var end = text.IndexOf("-----END ", after, StringComparison.Ordinal);
                var close = end < 0 ? -1 : text.IndexOf("-----", end + 9, StringComparison.Ordinal);
                if (close < 0) return rest.ToString();
                from = close + 5;
            }
            else
            {
                rest.Append(text, from, after - from);
                from = after;
            }
        }

        return rest.Append(text, from, text.Length - from).ToString();
    }

    // The pictures of Unicode stand for control characters; the marks that reorder text have none.
    private static string Printable(string line)
    {
        if (!line.AsSpan().ContainsAnyExcept(Plain)) return line;
        return string.Create(line.Length, line, static (shown, text) =>
        {
            for (var index = 0; index < shown.Length; index++)
            {
                shown[index] = text[index] switch
                {
                    '\t' => '\t',
                    < ' ' => (char)(0x2400 + text[index]),
                    '\u007f' => '\u2421',
                    >= '\u0080' and <= '\u009f' => '\ufffd',
                    >= '\u202a' and <= '\u202e' or >= '\u2066' and <= '\u2069' or '\u200e' or '\u200f' => '\ufffd',
                    var other => other,
                };
            }
        });
    }

    private static readonly System.Buffers.SearchValues<char> Plain =
        System.Buffers.SearchValues.Create(string.Concat(Enumerable.Range(' ', 0x7f - ' ').Select(one => (char)one)) + "\t");

    [GeneratedRegex(@"://([^/\s:@""']{0,256}):[^/\s@""']{1,1024}@", RegexOptions.None, Timeout)]
    private static partial Regex UserInfo();

    [GeneratedRegex(@"\b(Bearer|Basic|Negotiate)\s{1,4}[A-Za-z0-9+/_.=~-]{8,}", RegexOptions.IgnoreCase, Timeout)]
    private static partial Regex Authorization();

    [GeneratedRegex(@"\b((?:set-)?cookie""?\s{0,3}:\s{0,3}).+", RegexOptions.IgnoreCase, Timeout)]
    private static partial Regex Cookie();

    [GeneratedRegex(
        """
        (?:(?<prose>secret|token|credential)|pass(?:word|wd|phrase|code)|pwd|authorization
            |api[-_.]?key|private[-_.]?key|access[-_.]?key|key[-_.]?base|_KEY(?==))
        (?<rest>[A-Za-z0-9_.-]{0,32})(?<separator>["']?\s{0,3}(?:=>?|:=?)\s{0,3})
        (?<value>"(?:[^"\\]|\\.){0,4096}"|'[^']{0,4096}'
            |(?:(?!(?:\\[nrt])+[A-Za-z0-9_.-]{1,64}["']?\s{0,3}[:=])[^\s,;&"'})\]])+)
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace,
        Timeout)]
    private static partial Regex Assignment();
}
