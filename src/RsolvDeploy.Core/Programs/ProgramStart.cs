namespace RsolvDeploy.Programs;

/// <summary>How to start a program. Its arguments are a list: no shell reads them.</summary>
/// <param name="Program">A name to find on the PATH, or an absolute path.</param>
/// <param name="Arguments">The arguments.</param>
internal sealed record ProgramStart(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Variables on top of this process's own; null removes one.</summary>
    public IReadOnlyDictionary<string, string?> Variables { get; init; } = new Dictionary<string, string?>();

    /// <summary>Variables that this process may override.</summary>
    public IReadOnlyDictionary<string, string> DefaultVariables { get; init; } = new Dictionary<string, string>();

    /// <summary>The working folder; null for that of this process.</summary>
    public string? Folder { get; init; }

    /// <summary>What the program reads; null for nothing. Either way it sees the end of its input.</summary>
    public string? Input { get; init; }

    /// <summary>How long the program may run; null for as long as it takes.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>Gets each line of standard error as it comes; null for nobody.</summary>
    public Action<string>? ErrorLine { get; init; }

    /// <summary>How many characters of standard output are accepted.</summary>
    public int LongestOutput { get; init; } = 64 * 1024 * 1024;
}
