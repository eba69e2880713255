namespace RsolvDeploy.Measurements;

/// <summary>The one comparison of a PromQL expression, outside of parentheses and strings.</summary>
/// <param name="Operator">The operator.</param>
/// <param name="At">Where it stands.</param>
/// <param name="From">Where the expression begins, within parentheses around the whole.</param>
/// <param name="To">Where it ends.</param>
internal readonly record struct Comparison(string Operator, int At, int From, int To)
{
    /// <summary>Finds it; null when there is none or several, or when the expression combines conditions.</summary>
    public static Comparison? Find(string text) => Find(text, 0, text.Length);

    private static Comparison? Find(string text, int from, int to)
    {
        while (from < to && char.IsWhiteSpace(text[from])) from++;
        while (from < to && char.IsWhiteSpace(text[to - 1])) to--;
        Comparison? found = null;
        for (var at = from; at < to;)
        {
            var next = Skip(text, at, to);
            if (next < 0) return null;
            if (text[at] == '(' && at == from && next == to) return Find(text, from + 1, to - 1);
            if (next == at) return null;
            var token = text[at..next];
            if (token is "==" or "!=" || IsSetOperator(token) || token.Equals("bool", StringComparison.OrdinalIgnoreCase)) return null;
            if (token is ">" or ">=" or "<" or "<=")
            {
                if (found is not null) return null;
                found = new Comparison(token, at, from, to);
            }

            at = next;
        }

        return found;
    }

    private static bool IsSetOperator(string token) => token.ToLowerInvariant() is "and" or "or" or "unless";

    // The end of the token at a position; a group in parentheses is one token. -1 for what is not closed.
    private static int Skip(string text, int at, int to)
    {
        var first = text[at];
        if (first is '"' or '\'' or '`') return EndOfString(text, at, to);
        if (first is '(' or '[' or '{') return EndOfGroup(text, at, to);
        if (first == '#') return text.IndexOf('\n', at, to - at) is >= 0 and var end ? end : to;
        if (IsWord(first))
        {
            var word = at;
            while (word < to && IsWord(text[word])) word++;
            return word;
        }

        return first is '<' or '>' or '=' or '!' && at + 1 < to && text[at + 1] == '=' ? at + 2 : at + 1;
    }

    private static bool IsWord(char one) => char.IsLetterOrDigit(one) || one is '_' or ':' or '.';

    private static int EndOfString(string text, int at, int to)
    {
        for (var index = at + 1; index < to; index++)
        {
            if (text[index] == '\\' && text[at] != '`') index++;
            else if (text[index] == text[at]) return index + 1;
        }

        return -1;
    }

    private static int EndOfGroup(string text, int at, int to)
    {
        var depth = 0;
        for (var index = at; index < to;)
        {
            if (text[index] is '(' or '[' or '{') depth++;
            if (text[index] is ')' or ']' or '}' && --depth == 0) return index + 1;
            var next = text[index] is '"' or '\'' or '`' or '#' ? Skip(text, index, to) : index + 1;
            if (next < 0) return -1;
            index = next;
        }

        return -1;
    }
}
