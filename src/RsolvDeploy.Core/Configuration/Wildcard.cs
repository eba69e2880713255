namespace RsolvDeploy.Configuration;

/// <summary>Matches names with <c>*</c> (any text) and <c>?</c> (one character), without regard to case.</summary>
internal static class Wildcard
{
    public static bool IsMatch(string pattern, string name)
    {
        // Returning only to the last star is enough, so time is at most pattern × name.
        int p = 0, n = 0, star = -1, mark = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                mark = n;
            }
            else if (p < pattern.Length && (pattern[p] == '?' || char.ToUpperInvariant(pattern[p]) == char.ToUpperInvariant(name[n])))
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

        return pattern.AsSpan(p).TrimStart('*').IsEmpty;
    }
}
