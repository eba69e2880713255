using System.Text;

namespace RsolvDeploy.Sandbox.Engine.Build;

/// <summary>Splits and expands the arguments of a Dockerfile.</summary>
internal static class Words
{
    /// <summary>Splits at spaces outside quotes, removes the quotes and expands variables.</summary>
    public static List<string> Split(string text, Func<string, string?> variable)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        bool started = false;
        char quote = '\0';
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                if (started)
                    words.Add(word.ToString());
                word.Clear();
                started = false;
            }
            else if (c == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && c is '"' or '\'')
            {
                quote = c;
                started = true;
            }
            else if (c == '\\' && quote != '\'' && i + 1 < text.Length)
            {
                word.Append(text[++i]);
                started = true;
            }
            else if (c == '$' && quote != '\'')
            {
                word.Append(Variable(text, ref i, variable));
                started = true;
            }
            else
            {
                word.Append(c);
                started = true;
            }
        }

        if (quote != '\0')
        {
            throw new BuildException(
                $"failed to process \"{text}\": unexpected end of statement while looking for matching "
                    + $"{(quote == '"' ? "double" : "single")}-quote");
        }

        if (started)
            words.Add(word.ToString());
        return words;
    }

    /// <summary>Expands variables and leaves everything else, so that a value may contain spaces.</summary>
    public static string Expand(string text, Func<string, string?> variable)
    {
        var result = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] == '$')
                result.Append(text[++i]);
            else if (text[i] == '$')
                result.Append(Variable(text, ref i, variable));
            else
                result.Append(text[i]);
        }

        return result.ToString();
    }

    private static string Variable(string text, ref int at, Func<string, string?> variable)
    {
        int start = at + 1;
        if (start < text.Length && text[start] == '{')
        {
            int end = text.IndexOf('}', start);
            if (end < 0)
                throw new BuildException($"failed to process \"{text}\": syntax error: missing '}}'");
            at = end;
            string inner = text[(start + 1)..end];
            int colon = inner.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
                return variable(inner) ?? "";
            string name = inner[..colon];
            string value = variable(name) ?? "";
            string rest = inner[(colon + 1)..];
            return rest switch
            {
                ['-', .. var fallback] => value.Length > 0 ? value : fallback,
                ['+', .. var other] => value.Length > 0 ? other : "",
                ['?', .. var message] =>
                    value.Length > 0 ? value : throw new BuildException($"failed to process \"{text}\": {name}: {message}"),
                _ => throw new BuildException($"failed to process \"{text}\": unsupported modifier ({rest}) in substitution"),
            };
        }

        int stop = start;
        while (stop < text.Length && (char.IsAsciiLetterOrDigit(text[stop]) || text[stop] == '_'))
            stop++;
        if (stop == start)
            return "$";
        at = stop - 1;
        return variable(text[start..stop]) ?? "";
    }
}
