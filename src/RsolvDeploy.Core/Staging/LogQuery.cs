using System.Globalization;
using System.Text.RegularExpressions;

namespace RsolvDeploy.Staging;

/// <summary>A line of the log that the configuration describes; the last one that matches counts.</summary>
internal sealed class LogQuery(string pattern)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private readonly Regex _regex = Create(pattern);

    /// <summary>The line; null when none matches.</summary>
    public string? Line { get; private set; }

    /// <summary>The first group of the line as a number; null when it is none.</summary>
    public double? Number { get; private set; }

    /// <summary>Reads a line.</summary>
    public void Read(string line)
    {
        try
        {
            var match = _regex.Match(line);
            if (!match.Success) return;
            Line = line.Trim();
            var group = match.Groups[1].Value;
            if (double.TryParse(group, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) Number = number;
        }
        catch (RegexMatchTimeoutException)
        {
            // A line that takes too long is not one that the pattern describes.
        }
    }

    private static Regex Create(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking, Limit);
        }
        catch (NotSupportedException)
        {
            return new Regex(pattern, RegexOptions.None, Limit);
        }
    }
}
