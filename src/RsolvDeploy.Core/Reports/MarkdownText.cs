using System.Text;

namespace RsolvDeploy.Reports;

/// <summary>
/// Makes text literal in Markdown, wherever it stands in a line: no markup, link, mention, reference or table cell of its own.
/// </summary>
internal static class MarkdownText
{
    /// <summary>The text, escaped. Line breaks become spaces.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        for (var index = 0; index < text.Length; index++)
        {
            var one = text[index];
            _ = one switch
            {
                '\r' => escaped,
                '\n' or '\t' => escaped.Append(' '),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '&' => escaped.Append("&amp;"),
                // A mention begins where no letter is before it; an address of a user does not.
                '@' when index == 0 || !char.IsLetterOrDigit(text[index - 1]) => escaped.Append("&#64;"),
                '_' when IsInside(text, index) => escaped.Append(one),
                '\\' or '`' or '*' or '_' or '[' or ']' or '|' or '~' or '#' or '!' or '$' => escaped.Append('\\').Append(one),
                _ => escaped.Append(one),
            };
        }

        // "https://" would become a link.
        return escaped.Replace("://", ":&#8203;//").Replace("www.", "www&#8203;.").ToString();
    }

    // Between letters it is no emphasis, and names stay readable.
    private static bool IsInside(string text, int index) =>
        index > 0 && index + 1 < text.Length && char.IsLetterOrDigit(text[index - 1]) && char.IsLetterOrDigit(text[index + 1]);
}
