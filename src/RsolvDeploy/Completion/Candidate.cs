using System.Management.Automation;

namespace RsolvDeploy.Completion;

/// <summary>A value that a completer offers.</summary>
/// <param name="Text">The value.</param>
/// <param name="About">What it is, in a few words; empty for nothing more to say.</param>
internal sealed record Candidate(string Text, string About = "")
{
    /// <summary>Where the part begins that an operator types instead of the whole; 0 for none.</summary>
    public int Short { get; init; }

    /// <summary>Whether the operator may have begun to type it, or a pattern of it.</summary>
    /// <param name="start">What was typed, without quotes; with wildcards, as PowerShell completes paths.</param>
    public bool StartsWith(string start) =>
        Text.StartsWith(start, StringComparison.OrdinalIgnoreCase)
            || Text.AsSpan(Short).StartsWith(start, StringComparison.OrdinalIgnoreCase)
            || (WildcardPattern.ContainsWildcardCharacters(start) && Matches(start));

    private bool Matches(string start)
    {
        try
        {
            return WildcardPattern.Get($"{start}*", WildcardOptions.IgnoreCase).IsMatch(Text);
        }
        catch (WildcardPatternException)
        {
            return false; // a bracket that is still open
        }
    }
}
