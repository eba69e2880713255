using System.Globalization;
using System.Text.RegularExpressions;

namespace RsolvDeploy.Monitoring;

/// <summary>A label that a silence looks at.</summary>
/// <param name="Name">The label.</param>
/// <param name="Value">The value, or a regular expression.</param>
/// <param name="IsRegex">Whether the value is a regular expression.</param>
/// <param name="IsEqual">Whether it has to match; false when it must not.</param>
internal sealed record SilenceMatcher(string Name, string Value, bool IsRegex, bool IsEqual)
{
    public bool Matches(string value)
    {
        try
        {
            return IsEqual == (IsRegex ? Regex.IsMatch(value, $"^(?:{Value})$", RegexOptions.NonBacktracking) : value == Value);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return false;       // an expression that only Go reads
        }
    }
}

/// <summary>A silence that is active.</summary>
/// <param name="Id">Its id.</param>
/// <param name="CreatedBy">Who created it.</param>
/// <param name="Comment">Why.</param>
/// <param name="EndsAt">Until when.</param>
/// <param name="Matchers">What it silences.</param>
internal sealed record AlertmanagerSilence(
    string Id, string CreatedBy, string Comment, DateTimeOffset? EndsAt, IReadOnlyList<SilenceMatcher> Matchers)
{
    /// <summary>Whether it silences alerts that carry these labels, whatever their other labels are.</summary>
    public bool Covers(IReadOnlyDictionary<string, string> labels) =>
        Matchers.Count > 0 && Matchers.All(matcher => labels.TryGetValue(matcher.Name, out string? value) && matcher.Matches(value));

    /// <summary>Who silenced, until when and why.</summary>
    public override string ToString() =>
        $"by {(CreatedBy.Length > 0 ? CreatedBy : "nobody who is named")}"
        + (EndsAt is { } end ? string.Create(CultureInfo.InvariantCulture, $" until {end.UtcDateTime:yyyy-MM-dd HH:mm} UTC") : "")
        + (Comment.Length > 0 ? $" ({Comment})" : "");
}
