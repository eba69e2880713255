namespace RsolvDeploy.Images.Build;

/// <summary>The rules of a <c>.dockerignore</c> file. The last line that matches a path, or a folder above it, decides.</summary>
internal sealed class IgnoreRules
{
    private readonly IReadOnlyList<IgnorePattern> _patterns;

    private IgnoreRules(IReadOnlyList<IgnorePattern> patterns) => _patterns = patterns;

    public static IgnoreRules Parse(IEnumerable<string> lines, string file) =>
        new([.. lines
            .Select((line, index) => IgnorePattern.Parse(index == 0 ? line.TrimStart('\uFEFF') : line, index + 1, file))
            .OfType<IgnorePattern>()]);

    /// <summary>
    /// The rules for a Dockerfile: those of <c>NAME.dockerignore</c>, or else those of the context. One that is no file has no name.
    /// </summary>
    public static IgnoreRules Load(string contextFolder, string? dockerfile)
    {
        string[] names = dockerfile is null ? [".dockerignore"] : [$"{dockerfile}.dockerignore", ".dockerignore"];
        foreach (string name in names)
        {
            string path = Path.Combine(contextFolder, name);
            if (File.Exists(path)) return Parse(File.ReadAllText(path).Split('\n'), path);
        }

        return new IgnoreRules([]);
    }

    /// <summary>Evaluates a path.</summary>
    /// <param name="path">The path, relative and with forward slashes.</param>
    /// <param name="folder">The verdict on its folder; null at the top.</param>
    public IgnoreVerdict Evaluate(string path, IgnoreVerdict? folder)
    {
        var matched = new bool[_patterns.Count];
        bool ignored = false;
        for (int i = 0; i < matched.Length; i++)
        {
            // A pattern only matters when it changes the state; like docker, the others are not matched, for paths below either.
            matched[i] = folder?.Matched[i] == true || (_patterns[i].IsException == ignored && _patterns[i].Matches(path));
            if (matched[i]) ignored = !_patterns[i].IsException;
        }

        return new IgnoreVerdict(ignored, matched);
    }

    /// <summary>Whether an exception may include a path below an ignored folder.</summary>
    public bool MayIncludeBelow(string folder) => _patterns.Any(pattern =>
        pattern.IsException && (pattern.HasWildcard || pattern.Text.StartsWith(folder + "/", StringComparison.Ordinal)));
}
