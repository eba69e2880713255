namespace RsolvDeploy.Images.Build;

/// <summary>What a pattern has to look like to be one: brackets that hold something and end, ranges with both ends, escapes of something.</summary>
internal static class GlobSyntax
{
    /// <exception cref="ArgumentException">It is none.</exception>
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
