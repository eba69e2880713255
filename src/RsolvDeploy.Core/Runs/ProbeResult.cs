namespace RsolvDeploy.Runs;

/// <summary>What a probe found out about a step that was interrupted.</summary>
/// <param name="Done">Whether its change was made.</param>
/// <param name="Evidence">What shows it.</param>
internal sealed record ProbeResult(bool Done, string Evidence)
{
    /// <summary>The digest that the step pushed under its first tag, <c>sha256:…</c>; null when it pushed none.</summary>
    public string? Digest { get; init; }

    /// <summary>The folder that is left to delete; null for none.</summary>
    public string? Folder { get; init; }

    /// <summary>The image that the run had rolled back to after its update failed; null when it had not.</summary>
    public string? RolledBackTo { get; init; }
}
