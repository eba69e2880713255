namespace RsolvDeploy.Runs;

/// <summary>The outcome of an interrupted step.</summary>
/// <param name="Done">Whether its change was made.</param>
/// <param name="Evidence">The evidence.</param>
internal sealed record ProbeResult(bool Done, string Evidence)
{
    /// <summary>The digest that the step pushed under its first tag, <c>sha256:…</c>; null when it pushed none.</summary>
    public string? Digest { get; init; }

    /// <summary>The folder that still has to be deleted; null for none.</summary>
    public string? Folder { get; init; }

    /// <summary>The image that the run rolled back to after its update failed; null when it did not.</summary>
    public string? RolledBackTo { get; init; }
}
