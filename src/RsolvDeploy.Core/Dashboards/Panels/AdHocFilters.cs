using System.Collections.Frozen;
using System.Text;
using RsolvDeploy.Dashboards.Models;

namespace RsolvDeploy.Dashboards.Panels;

/// <summary>Adds the filters of ad hoc variables to every selector of a PromQL expression.</summary>
internal static class AdHocFilters
{
    private static readonly FrozenSet<string> Words = FrozenSet.ToFrozenSet(
    [
        "and", "or", "unless", "atan2", "bool", "offset", "start", "end", "inf", "nan",
    ], StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> BeforeLabels = FrozenSet.ToFrozenSet(
        ["by", "without", "on", "ignoring", "group_left", "group_right"], StringComparer.OrdinalIgnoreCase);

    /// <summary>The expression with the filters; unchanged without any.</summary>
    public static string Apply(string expression, IReadOnlyList<AdHocFilter> filters)
    {
        if (filters.Count == 0) return expression;
        var matchers = string.Join(", ", filters.Select(filter => $"{filter.Key}{filter.Operator}\"{Escape(filter.Value)}\""));
        var result = new StringBuilder(expression.Length + 64);
        var at = 0;
        while (at < expression.Length)
        {
            var next = expression[at];
            if (next is '"' or '\'' or '`') Copy(EndOfText(expression, at));
            else if (next == '#') Copy(EndOf(expression, at, '\n'));
            else if (next == '[') Copy(EndOf(expression, at, ']'));
            else if (next == '{') at = AddWithin(expression, at, matchers, result);
            else if (char.IsAsciiDigit(next)) Copy(EndOfWord(expression, at));
            else if (char.IsAsciiLetter(next) || next is '_' or ':') at = CopyWord(expression, at, matchers, result);
            else Copy(at + 1);
        }

        return result.ToString();

        void Copy(int end)
        {
            result.Append(expression, at, end - at);
            at = end;
        }
    }

    // A name is a selector, unless it is a word of the language, a function, or stands in a list of labels.
    private static int CopyWord(string expression, int start, string matchers, StringBuilder result)
    {
        var end = EndOfWord(expression, start);
        var word = expression[start..end];
        result.Append(word);
        var following = end;
        while (following < expression.Length && char.IsWhiteSpace(expression[following])) following++;
        var next = following < expression.Length ? expression[following] : '\0';
        if (next == '(' && BeforeLabels.Contains(word))
        {
            var close = EndOf(expression, following, ')');
            result.Append(expression, end, close - end);
            return close;
        }

        if (next is '(' or '{' || Words.Contains(word) || BeforeLabels.Contains(word)) return end;
        // An aggregation may have its labels before its argument: sum by (job) (x).
        if (expression[following..EndOfWord(expression, following)] is "by" or "without") return end;
        result.Append('{').Append(matchers).Append('}');
        return end;
    }

    private static int AddWithin(string expression, int open, string matchers, StringBuilder result)
    {
        var close = open + 1;
        while (close < expression.Length && expression[close] != '}')
            close = expression[close] is '"' or '\'' or '`' ? EndOfText(expression, close) : close + 1;
        var inner = expression[(open + 1)..close].Trim().TrimEnd(',');
        result.Append('{').Append(inner).Append(inner.Length > 0 ? ", " : "").Append(matchers).Append('}');
        return Math.Min(close + 1, expression.Length);
    }

    private static int EndOfWord(string expression, int at)
    {
        while (at < expression.Length && (char.IsAsciiLetterOrDigit(expression[at]) || expression[at] is '_' or ':' or '.')) at++;
        return at;
    }

    private static int EndOfText(string expression, int at)
    {
        var quote = expression[at++];
        while (at < expression.Length && expression[at] != quote) at += expression[at] == '\\' && quote != '`' ? 2 : 1;
        return Math.Min(at + 1, expression.Length);
    }

    private static int EndOf(string expression, int at, char last)
    {
        var end = expression.IndexOf(last, at);
        return end < 0 ? expression.Length : end + 1;
    }

    private static string Escape(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
