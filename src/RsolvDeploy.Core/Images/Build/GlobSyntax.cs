namespace RsolvDeploy.Images.Build;

/// <summary>The syntax of a pattern: brackets are not empty and end, ranges have both ends, escapes escape a character.</summary>
internal static class GlobSyntax
{
    /// <summary>Checks a pattern.</summary>
    /// <exception cref="ArgumentException">The syntax is invalid.</exception>
    public static void Check(ReadOnlySpan<char> text)
    {
        while (text.Length > 0)
        {
            text = text[0] switch
            {
                '\\' => AfterCharacter(text),
                '[' => AfterClass(text[1..]),
                _ => text[1..],
            };
        }
    }

    private static ReadOnlySpan<char> AfterClass(ReadOnlySpan<char> text)
    {
        if (text.StartsWith("^")) text = text[1..];
        for (int members = 0; ; members++)
        {
            if (members > 0 && text.StartsWith("]")) return text[1..];
            text = AfterMember(text);
            if (text.StartsWith("-")) text = AfterMember(text[1..]);
        }
    }

    private static ReadOnlySpan<char> AfterMember(ReadOnlySpan<char> text) =>
        text.Length == 0 || text[0] is '-' or ']' ? throw new ArgumentException("The class is not well formed.") : AfterCharacter(text);

    private static ReadOnlySpan<char> AfterCharacter(ReadOnlySpan<char> text) =>
        text[0] != '\\' ? text[1..] : text.Length > 1 ? text[2..] : throw new ArgumentException("The escape does not end.");
}
