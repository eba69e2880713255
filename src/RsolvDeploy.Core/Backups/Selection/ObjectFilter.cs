using RsolvDeploy.Configuration;

namespace RsolvDeploy.Backups.Selection;

/// <summary>Chooses objects by wildcards on <c>Kind/name</c>, in any case.</summary>
/// <param name="Include">What is taken; everything when there is none.</param>
/// <param name="Exclude">What is left out of that.</param>
internal sealed record ObjectFilter(IReadOnlyList<string> Include, IReadOnlyList<string> Exclude)
{
    public bool Matches(string kind, string name) =>
        (Include.Count == 0 || Include.Any(pattern => Wildcard.IsMatch(pattern, $"{kind}/{name}"))) && !Exclude.Any(pattern => Wildcard.IsMatch(pattern, $"{kind}/{name}"));
}
