namespace RsolvDeploy;

/// <summary>A rule about a file of the source tree. Exactly one of its conditions is set.</summary>
/// <param name="Id">The last part of the check's id, <c>config.&lt;id&gt;</c>.</param>
/// <param name="File">A path or glob, relative to the source tree.</param>
public sealed record ReviewRule(string Id, string File)
{
    /// <summary>Text the file has to contain.</summary>
    public string? Contains { get; init; }

    /// <summary>Text the file must not contain.</summary>
    public string? Lacks { get; init; }

    /// <summary>A regular expression that has to match.</summary>
    public string? Matches { get; init; }

    /// <summary>Whether the file has to be there (true) or must not (false).</summary>
    public bool? Exists { get; init; }
}
