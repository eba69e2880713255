namespace RsolvDeploy.Runs;

/// <summary>What became of a step in whose middle a run died.</summary>
/// <param name="Done">Whether its change was made.</param>
/// <param name="Evidence">What tells so.</param>
internal sealed record ProbeResult(bool Done, string Evidence)
{
    /// <summary>The digest that the step has pushed under its first tag, <c>sha256:…</c>; null when it has not.</summary>
    public string? Digest { get; init; }

    /// <summary>The folder that is left to delete; null for none.</summary>
    public string? Folder { get; init; }

    /// <summary>The image that the run had gone back to after its update failed; null when it had not.</summary>
    public string? RolledBackTo { get; init; }
}
