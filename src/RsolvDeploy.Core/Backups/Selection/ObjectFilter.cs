using RsolvDeploy.Configuration;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Backups.Selection;

/// <summary>Selects objects by wildcards on <c>Kind/name</c>; case does not matter.</summary>
/// <param name="Include">The objects to include; empty for all.</param>
/// <param name="Exclude">The objects to exclude from these.</param>
internal sealed record ObjectFilter(IReadOnlyList<string> Include, IReadOnlyList<string> Exclude)
{
    // A pattern is read once for all objects.
    private readonly IReadOnlyList<Wildcard> _include = [.. Include.Select(pattern => new Wildcard(pattern))];
    private readonly IReadOnlyList<Wildcard> _exclude = [.. Exclude.Select(pattern => new Wildcard(pattern))];

    /// <summary>The objects that are included or excluded by name, without wildcards.</summary>
    public IReadOnlyList<string> Named => [.. Include.Concat(Exclude).Where(pattern => !Wildcard.IsPattern(pattern))];

    /// <summary>Whether an object is selected.</summary>
    public bool Matches(string kind, string name)
    {
        var text = $"{kind}/{name}";
        return (_include.Count == 0 || _include.Any(pattern => pattern.IsMatch(text))) && !_exclude.Any(pattern => pattern.IsMatch(text));
    }

    /// <summary>
    /// Refuses an object that is named without wildcards and is not there: its name is mistyped, or the backup another one.
    /// </summary>
    /// <param name="known">All objects that there are.</param>
    /// <param name="where">Where they are, for people.</param>
    /// <exception cref="DeployException"><c>NamedObjectNotFound</c>.</exception>
    public void RequireNamed(IReadOnlyCollection<(string Kind, string Name)> known, string where)
    {
        foreach (var pattern in Named)
        {
            var wanted = new Wildcard(pattern);
            if (known.Any(one => wanted.IsMatch($"{one.Kind}/{one.Name}"))) continue;
            throw new DeployException(
                "NamedObjectNotFound",
                FaultCategory.ObjectNotFound,
                $"There is no object '{pattern}' in {where}.",
                "Name objects as Kind/name, for example Secret/app, or with wildcards, which may match none.")
            { Subject = pattern };
        }
    }
}
