using System.Text.RegularExpressions;

namespace RsolvDeploy.Configuration.Schema;

/// <summary>
/// Tries a regular expression when the configuration is read, so that one that a line can keep busy is refused before a deployment, and
/// not found in the middle of it.
/// </summary>
internal static class PatternTrial
{
    private const int Length = 1024;
    private const int MostLines = 24;

    // What \w, \d, \s and a dot repeat over.
    private const string Common = "a0 ";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    /// <summary>Whether it compiles, and ends within a second on each of some long lines.</summary>
    public static bool Succeeds(string pattern)
    {
        try
        {
            var regex = new Regex(pattern, RegexOptions.None, Limit);
            foreach (var line in Lines(pattern)) _ = regex.IsMatch(line);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or RegexMatchTimeoutException)
        {
            return false;
        }
    }

    // A repetition explodes on a line of what it repeats, when the line ends otherwise.
    private static List<string> Lines(string pattern)
    {
        var lines = new List<string>();
        foreach (var one in Common + pattern)
        {
            if (lines.Count < MostLines && (one == ' ' || char.IsLetterOrDigit(one)) && !lines.Exists(line => line[0] == one))
                lines.Add(new string(one, Length) + '\u0001');
        }

        return lines;
    }
}
