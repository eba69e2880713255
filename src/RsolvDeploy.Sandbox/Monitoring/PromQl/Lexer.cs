using System.Text;

namespace RsolvDeploy.Sandbox.Monitoring.PromQl;

/// <summary>Splits a query into tokens.</summary>
internal static class Lexer
{
    private static readonly string[] Symbols =
        ["=~", "!~", "!=", "==", "<=", ">=", "(", ")", "{", "}", "[", "]", ",", "=", "<", ">", "+", "-", "*", "/", "%", "^", ":", "@"];

    public static List<Token> Read(string query)
    {
        var tokens = new List<Token>();
        int at = 0;
        while (at < query.Length)
        {
            char c = query[at];
            int start = at;
            if (char.IsWhiteSpace(c))
            {
                at++;
            }
            else if (c == '#')
            {
                while (at < query.Length && query[at] != '\n')
                    at++;
            }
            else if (char.IsAsciiLetter(c) || c == '_')
            {
                while (at < query.Length && (char.IsAsciiLetterOrDigit(query[at]) || query[at] is '_' or ':'))
                    at++;
                tokens.Add(new Token(TokenKind.Identifier, query[start..at], start));
            }
            else if (char.IsAsciiDigit(c) || (c == '.' && at + 1 < query.Length && char.IsAsciiDigit(query[at + 1])))
            {
                tokens.Add(ReadNumber(query, ref at));
            }
            else if (c is '"' or '\'' or '`')
            {
                tokens.Add(new Token(TokenKind.Text, ReadText(query, ref at), start));
            }
            else
            {
                string? symbol = Array.Find(Symbols, s => string.CompareOrdinal(query, start, s, 0, s.Length) == 0)
                    ?? throw PromQlException.Parse(at, $"unexpected character: '{c}'");
                at += symbol.Length;
                tokens.Add(new Token(TokenKind.Symbol, symbol, start));
            }
        }

        tokens.Add(new Token(TokenKind.End, "end of input", query.Length));
        return tokens;
    }

    private static Token ReadNumber(string query, ref int at)
    {
        int start = at;
        while (at < query.Length && (char.IsAsciiDigit(query[at]) || query[at] == '.'))
            at++;
        if (at < query.Length && "smhdwy".Contains(query[at], StringComparison.Ordinal))
        {
            while (at < query.Length && char.IsAsciiLetterOrDigit(query[at]))
                at++;
            return new Token(TokenKind.Duration, query[start..at], start);
        }

        if (at < query.Length && query[at] is 'e' or 'E')
        {
            at++;
            if (at < query.Length && query[at] is '+' or '-')
                at++;
            while (at < query.Length && char.IsAsciiDigit(query[at]))
                at++;
        }

        return new Token(TokenKind.Number, query[start..at], start);
    }

    private static string ReadText(string query, ref int at)
    {
        int start = at;
        char quote = query[at++];
        var text = new StringBuilder();
        while (at < query.Length && query[at] != quote)
        {
            if (query[at] == '\\' && quote != '`' && at + 1 < query.Length)
            {
                at++;
                text.Append(query[at] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', var other => other });
                at++;
            }
            else
            {
                text.Append(query[at++]);
            }
        }

        if (at >= query.Length)
            throw PromQlException.Parse(start, "unterminated quoted string");
        at++;
        return text.ToString();
    }
}
