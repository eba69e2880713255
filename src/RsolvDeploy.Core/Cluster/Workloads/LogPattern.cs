using System.Text.RegularExpressions;

namespace RsolvDeploy.Cluster.Workloads;

/// <summary>
/// A configured pattern for log lines. Most run in linear time; one that needs backtracking (a look-around, a back reference) gets a time
/// limit, and a line that exceeds the limit counts as undecided instead of ending the step.
/// </summary>
internal sealed class LogPattern
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private readonly Regex _regex;

    private LogPattern(Regex regex) => _regex = regex;

    /// <summary>Creates it from a regular expression that the configuration has accepted.</summary>
    public static LogPattern Create(string pattern)
    {
        try
        {
            return new LogPattern(new Regex(pattern, RegexOptions.NonBacktracking, Limit));
        }
        catch (NotSupportedException)
        {
            return new LogPattern(new Regex(pattern, RegexOptions.None, Limit));
        }
    }

    /// <summary>Whether a line matches; null when that takes too long.</summary>
    public bool? Matches(string line)
    {
        try
        {
            return _regex.IsMatch(line);
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    /// <summary>The regular expression.</summary>
    public override string ToString() => _regex.ToString();
}
