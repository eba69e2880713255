using RsolvDeploy.Errors;

namespace RsolvDeploy.Configuration;

/// <summary>
/// Matches names as PowerShell's <c>-like</c> does, without regard to case: <c>*</c> (any text), <c>?</c> (one character),
/// <c>[a-c]</c> (one of these) and <c>`</c>, which takes the next character literally.
/// </summary>
internal sealed class Wildcard
{
    private readonly List<List<Range>?> _elements;

    /// <summary>Reads a pattern, to match many names.</summary>
    /// <exception cref="DeployException"><c>WildcardInvalid</c>: a bracket is not closed, or a range is reversed.</exception>
    public Wildcard(string pattern) => _elements = Parse(pattern);

    /// <summary>Whether a text has wildcards, so that it may match no name.</summary>
    public static bool IsPattern(string text)
    {
        for (var p = 0; p < text.Length; p++)
        {
            if (text[p] == '`') p++;
            else if (text[p] is '*' or '?' or '[' or ']') return true;
        }

        return false;
    }

    /// <summary>Whether a name matches.</summary>
    /// <exception cref="DeployException"><c>WildcardInvalid</c>: a bracket is not closed, or a range is reversed.</exception>
    public static bool IsMatch(string pattern, string name) => new Wildcard(pattern).IsMatch(name);

    /// <summary>Whether a name matches.</summary>
    public bool IsMatch(string name)
    {
        // Returning only to the last star is enough, so time is at most pattern × name.
        int p = 0, n = 0, star = -1, mark = 0;
        while (n < name.Length)
        {
            if (p < _elements.Count && _elements[p] is null)
            {
                star = p++;
                mark = n;
            }
            else if (p < _elements.Count && _elements[p]!.Exists(range => range.Contains(name[n])))
            {
                p++;
                n++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                n = ++mark;
            }
            else
            {
                return false;
            }
        }

        return _elements.Skip(p).All(element => element is null);
    }

    // One element for each character that a name has to have; null for a star.
    private static List<List<Range>?> Parse(string pattern)
    {
        var elements = new List<List<Range>?>();
        for (var p = 0; p < pattern.Length; p++)
        {
            if (pattern[p] == '*') elements.Add(null);
            else if (pattern[p] == '?') elements.Add([new Range(char.MinValue, char.MaxValue)]);
            else if (pattern[p] == '[') elements.Add(ParseSet(pattern, ref p));
            else elements.Add([Range.For(pattern[pattern[p] == '`' && p + 1 < pattern.Length ? ++p : p])]);
        }

        return elements;
    }

    private static List<Range> ParseSet(string pattern, ref int p)
    {
        var (set, start) = (new List<(char Character, bool Escaped)>(), ++p);
        for (; p < pattern.Length && (pattern[p] != ']' || p == start); p++)
        {
            var escaped = pattern[p] == '`' && p + 1 < pattern.Length;
            set.Add((pattern[escaped ? ++p : p], escaped));
        }

        if (p == pattern.Length) throw Invalid(pattern);
        var ranges = new List<Range>();
        for (var i = 0; i < set.Count; i++)
        {
            var isRange = i + 2 < set.Count && set[i + 1] == ('-', false);
            var range = isRange ? new Range(set[i].Character, set[i + 2].Character) : Range.For(set[i].Character);
            if (range.First > range.Last) throw Invalid(pattern);
            ranges.Add(range);
            if (isRange) i += 2;
        }

        return ranges;
    }

    private static DeployException Invalid(string pattern) => new(
        "WildcardInvalid",
        FaultCategory.InvalidArgument,
        $"'{pattern}' is not a valid wildcard pattern.",
        "Close each bracket, as in staging-[ab] or [a-c]*, and write ranges in order.")
    { Subject = pattern };

    private readonly record struct Range(char First, char Last)
    {
        public static Range For(char one) => new(one, one);

        public bool Contains(char one) =>
            IsWithin(one) || IsWithin(char.ToUpperInvariant(one)) || IsWithin(char.ToLowerInvariant(one));

        private bool IsWithin(char one) => First <= one && one <= Last;
    }
}
