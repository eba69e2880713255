using System.Text.RegularExpressions;

namespace RsolvDeploy.Announcements.Channels;

/// <summary>The text of an announcement. It is data for every channel, and never markup.</summary>
/// <param name="Title">The first line.</param>
/// <param name="Facts">The other lines; one without a label has an empty name.</param>
internal sealed partial record AnnouncementText(string Title, IReadOnlyList<AnnouncementFact> Facts)
{
    // The smallest limit of the channels: Teams takes 28 KB in all.
    private const int MostFacts = 20;
    private const int LongestTitle = 140;
    private const int LongestFact = 900;

    /// <summary>Reads a rendered template: a title, then a line for each fact.</summary>
    public static AnnouncementText Read(string rendered)
    {
        var lines = rendered.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return new AnnouncementText(
            Shorten(lines.Length > 0 ? lines[0] : "Announcement", LongestTitle),
            [.. lines.Skip(1).Take(MostFacts).Select(Fact)]);
    }

    /// <summary>As plain text.</summary>
    public override string ToString() => string.Join('\n', Facts.Select(fact => fact.ToString()).Prepend(Title));

    private static AnnouncementFact Fact(string line) => Labelled().Match(line) is { Success: true } match
        ? new AnnouncementFact(match.Groups[1].Value, Shorten(match.Groups[2].Value, LongestFact))
        : new AnnouncementFact("", Shorten(line, LongestFact));

    private static string Shorten(string text, int most)
    {
        if (text.Length <= most) return text;
        // Half of a pair of surrogates is no text.
        var end = char.IsHighSurrogate(text[most - 2]) ? most - 2 : most - 1;
        return $"{text[..end]}…";
    }

    [GeneratedRegex("^([A-Z][A-Za-z ]{0,30}): (.+)$", RegexOptions.NonBacktracking)]
    private static partial Regex Labelled();
}

/// <summary>One line of an announcement.</summary>
/// <param name="Name">Its label; empty for none.</param>
/// <param name="Value">Its text.</param>
internal sealed record AnnouncementFact(string Name, string Value)
{
    /// <summary>As plain text.</summary>
    public override string ToString() => Name.Length == 0 ? Value : $"{Name}: {Value}";
}
