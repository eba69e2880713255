namespace RsolvDeploy.Setup;

/// <summary>The lines of a target in a configuration, with what was found and what stays open.</summary>
internal sealed class Draft
{
    private readonly List<string> _lines = [];
    private readonly List<string> _found = [];
    private readonly List<string> _open = [];

    /// <summary>The lines, without the indentation of the target.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>What was found, for people.</summary>
    public IReadOnlyList<string> Found => _found;

    /// <summary>What could not be seen, for people.</summary>
    public IReadOnlyList<string> Open => _open;

    /// <summary>Adds lines that the configuration needs.</summary>
    public void Add(params string[] lines) => _lines.AddRange(lines);

    /// <summary>Adds a comment.</summary>
    public void Comment(string text) => _lines.Add($"# {text}");

    /// <summary>Adds what was found, and its lines.</summary>
    public void Add(string found, string[] lines)
    {
        _found.Add(found);
        _lines.AddRange(lines);
    }

    /// <summary>Adds lines as comments, because something of them could not be seen.</summary>
    /// <param name="open">What could not be seen, and why.</param>
    /// <param name="lines">The lines to complete.</param>
    public void Leave(string open, params string[] lines)
    {
        _open.Add(open);
        Comment($"Open: {open}");
        foreach (var line in lines) Comment(line);
    }
}
