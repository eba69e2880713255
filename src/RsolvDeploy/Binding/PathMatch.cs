using System.Management.Automation;
using RsolvDeploy.Errors;
using RsolvDeploy.Pipeline;

namespace RsolvDeploy.Binding;

/// <summary>Finds what paths with wildcards and literal paths name. Runs on the pipeline thread.</summary>
/// <param name="Exists">Whether a path names one: a file, or a folder.</param>
/// <param name="NoMatch">The error of a path with wildcards that matches none.</param>
internal sealed record PathMatch(Func<string, bool> Exists, Func<string, Exception?, DeployException> NoMatch)
{
    /// <summary>Finds the full paths. A path that names none is an error record, and does not stop the others.</summary>
    /// <param name="cmdlet">The command, whose current folder relative paths begin in.</param>
    /// <param name="paths">Paths with wildcards; one of exactly that name wins.</param>
    /// <param name="literal">Paths without wildcards.</param>
    public IReadOnlyList<string> Resolve(RsolvCmdlet cmdlet, IReadOnlyList<string> paths, IReadOnlyList<string> literal) =>
    [
        .. literal.SelectMany(path => FindOrReport(cmdlet, path, () => [cmdlet.FullPath(path)!])),
        .. paths.SelectMany(path => FindOrReport(cmdlet, path, () => Match(cmdlet, path))),
    ];

    /// <summary>The full paths that a path with wildcards names, in order; one of exactly that name wins.</summary>
    /// <exception cref="DeployException">It matches none, or it is not a path of the file system.</exception>
    public IReadOnlyList<string> Match(RsolvCmdlet cmdlet, string path)
    {
        var full = cmdlet.FullPath(path)!;
        if (Exists(full)) return [full];
        // An escaped wildcard, as WildcardPattern.Escape writes it, is a character of the name.
        if (!WildcardPattern.ContainsWildcardCharacters(path)) return [WildcardPattern.Unescape(full)];
        try
        {
            var found = cmdlet.SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _)
                .Where(Exists).Order(StringComparer.Ordinal).ToList();
            return found.Count > 0 ? found : throw NoMatch(path, null);
        }
        catch (Exception e) when (e is ItemNotFoundException or WildcardPatternException)
        {
            throw NoMatch(path, e);
        }
    }

    private static IReadOnlyList<string> FindOrReport(RsolvCmdlet cmdlet, string path, Func<IReadOnlyList<string>> find)
    {
        try
        {
            return find();
        }
        catch (DeployException e)
        {
            cmdlet.WriteError(FaultRecord.Create(e, path, cmdlet.Redactor));
            return [];
        }
    }
}
