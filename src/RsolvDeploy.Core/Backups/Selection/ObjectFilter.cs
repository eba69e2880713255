using RsolvDeploy.Configuration;

namespace RsolvDeploy.Backups.Selection;

/// <summary>Selects objects by wildcards on <c>Kind/name</c>; case does not matter.</summary>
/// <param name="Include">The objects to include; empty for all.</param>
/// <param name="Exclude">The objects to exclude from these.</param>
internal sealed record ObjectFilter(IReadOnlyList<string> Include, IReadOnlyList<string> Exclude)
{
    /// <summary>Whether an object is selected.</summary>
    public bool Matches(string kind, string name)
    {
        var text = $"{kind}/{name}";
        return (Include.Count == 0 || Include.Any(Match)) && !Exclude.Any(Match);

        bool Match(string pattern) => Wildcard.IsMatch(pattern, text);
    }
}
