namespace RsolvDeploy.Images.Build;

/// <summary>What a <c>.dockerignore</c> file leaves out of the build context. The last line that matches a path, or a folder that it lies in, decides.</summary>
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
            if (File.Exists(path)) return Parse(File.ReadAllText(path).Split('\n'), path);
        }

        return new IgnoreRules([]);
    }

    /// <summary>Judges a path, relative and with forward slashes.</summary>
    /// <param name="path">The path.</param>
    /// <param name="folder">What was said of the folder it lies in; null at the top.</param>
    public IgnoreVerdict Evaluate(string path, IgnoreVerdict? folder)
    {
        var matched = new bool[_patterns.Count];
        bool ignored = false;
        for (int i = 0; i < matched.Length; i++)
        {
            // A pattern can only change the state it aims at, so the other half is not matched: neither here nor, as docker has it, for what lies below.
            matched[i] = folder?.Matched[i] == true || (_patterns[i].IsException == ignored && _patterns[i].Matches(path));
            if (matched[i]) ignored = !_patterns[i].IsException;
        }

        return new IgnoreVerdict(ignored, matched);
    }

    /// <summary>Whether anything below an ignored folder may be taken back in, so that it has to be walked.</summary>
    public bool MayIncludeBelow(string folder) => _patterns.Any(pattern =>
        pattern.IsException && (pattern.HasWildcard || pattern.Text.StartsWith(folder + "/", StringComparison.Ordinal)));
}
