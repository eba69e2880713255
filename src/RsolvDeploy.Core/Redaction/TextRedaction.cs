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
        var whole = WithoutPrivateKeys(WithoutColors(text));
        if (whole.Length <= LongestLine && !whole.Contains('\n', StringComparison.Ordinal)) return Line(whole);
        var lines = new StringBuilder(whole.Length);
        foreach (var line in whole.AsSpan().EnumerateLines())
            (lines.Length > 0 ? lines.Append('\n') : lines).Append(Line(Bounded(line)));
        return lines.ToString();
    }

    /// <summary>
    /// The text without the colors of a log: they stand between a name and its value, and inside values, where no search finds them.
    /// </summary>
    public static string WithoutColors(string text) =>
        text.Contains('\u001b', StringComparison.Ordinal) || text.Contains('\u009b', StringComparison.Ordinal)
            ? Color().Replace(text, "")
            : text;

    /// <summary>The text with its control characters visible, and nothing else changed. Line breaks and tabs stay.</summary>
    public static string Visible(string text)
    {
        if (IsPlain(text)) return text;
        var lines = text.Split('\n').Select(line => line.EndsWith('\r') ? Printable(line[..^1]) + '\r' : Printable(line));
        return string.Join('\n', lines);
    }

    // The runtime's search of a set is slower until it was called for a while, and an output has ten thousand short texts.
    private static bool IsPlain(string text)
    {
        foreach (var one in text)
            if (one is not ((>= ' ' and < '\u007f') or '\t' or '\n')) return false;
        return true;
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
        if (isProse && !IsToken(match.Groups["prose"].ValueSpan, bare) && CredentialDetector.Recognize("password", bare) is null)
            return match.Value;
        var quote = value[0] is '"' or '\'' ? value[..1] : "";
        return $"{match.Value[..^value.Length]}{quote}{Placeholder}{quote}";
    }

    // The name of a Secret may have digits, too, and is needed to mend what fails; what is called a token and mixes them is one.
    private static bool IsToken(ReadOnlySpan<char> word, string value) =>
        word.Equals("token", StringComparison.OrdinalIgnoreCase)
            && value.Length >= 8 && value.Any(char.IsAsciiDigit) && value.Any(char.IsAsciiLetter);

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

    // The pictures of Unicode stand for control characters; what is invisible or reorders text has none.
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
                    var other when Invisible.Contains(other) || IsTag(text, index) => '\ufffd',
                    var other => other,
                };
            }
        });
    }

    // Letters of the block Tags (U+E0000 to U+E007F) are invisible, and say what they want to a program that reads the text.
    private static bool IsTag(string text, int index) => text[index] switch
    {
        '\udb40' => index + 1 < text.Length && text[index + 1] is >= '\udc00' and <= '\udc7f',
        >= '\udc00' and <= '\udc7f' => index > 0 && text[index - 1] == '\udb40',
        _ => false,
    };

    // C1 controls, the soft hyphen, marks of direction, spaces and joiners without width, and breaks that are no line break here.
    private static readonly System.Buffers.SearchValues<char> Invisible = System.Buffers.SearchValues.Create(CharacterRange.Text(
        new('\u0080', '\u009f'), new('\u00ad', '\u00ad'), new('\u061c', '\u061c'), new('\u180e', '\u180e'), new('\u200b', '\u200f'),
        new('\u2028', '\u202e'), new('\u2060', '\u206f'), new('\ufeff', '\ufeff'), new('\ufff9', '\ufffb')));

    private static readonly string PlainText = CharacterRange.Text(new(' ', '~'), new('\t', '\t'));

    private static readonly System.Buffers.SearchValues<char> Plain = System.Buffers.SearchValues.Create(PlainText);

    [GeneratedRegex(@"(?:\x1b\[|\x9b)[0-9;:]{0,64}m", RegexOptions.None, Timeout)]
    private static partial Regex Color();

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
