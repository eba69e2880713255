namespace RsolvDeploy.Images.Build;

/// <summary>What a <c>.dockerignore</c> file leaves out of the build context. The last line that matches a path, or a folder above it, decides.</summary>
internal sealed class IgnoreRules
{
    private readonly IReadOnlyList<IgnorePattern> _patterns;

    private IgnoreRules(IReadOnlyList<IgnorePattern> patterns) => _patterns = patterns;

    public static IgnoreRules Parse(IEnumerable<string> lines, string file) =>
        new([.. lines.Select((line, index) => IgnorePattern.Parse(index == 0 ? line.TrimStart('\uFEFF') : line, index + 1, file)).OfType<IgnorePattern>()]);

    /// <summary>The rules for a Dockerfile: its own <c>NAME.dockerignore</c> comes before the context's.</summary>
    public static IgnoreRules Load(string contextFolder, string dockerfile)
    {
        foreach (string name in (string[])[$"{dockerfile}.dockerignore", ".dockerignore"])
        {
            string path = Path.Combine(contextFolder, name);
            if (File.Exists(path)) return Parse(File.ReadAllLines(path), path);
        }

        return new IgnoreRules([]);
    }

    /// <summary>Whether a path, relative and with forward slashes, is left out.</summary>
    public bool Ignores(string path)
    {
        bool ignored = false;
        foreach (IgnorePattern pattern in _patterns)
        {
            // A pattern can only change the state it aims at, so the other half need not be matched.
            if (pattern.IsException == ignored && MatchesPathOrParent(pattern, path)) ignored = !pattern.IsException;
        }

        return ignored;
    }

    /// <summary>Whether anything below an ignored folder may be taken back in, so that it has to be walked.</summary>
    public bool MayIncludeBelow(string folder) => _patterns.Any(pattern =>
        pattern.IsException && (pattern.HasWildcard || pattern.Text.StartsWith(folder + "/", StringComparison.Ordinal)));

    private static bool MatchesPathOrParent(IgnorePattern pattern, string path)
    {
        for (int end = path.IndexOf('/', StringComparison.Ordinal); end >= 0; end = path.IndexOf('/', end + 1))
        {
            if (pattern.Matches(path[..end])) return true;
        }

        return pattern.Matches(path);
    }
}
