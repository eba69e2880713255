namespace RsolvDeploy;

/// <summary>The commit that an image was built from.</summary>
/// <param name="Commit">Its full hash.</param>
/// <param name="Committed">When it was made, UTC.</param>
/// <param name="Uncommitted">The number of files in the build context that differ from it; more than 0 only with
/// <c>-AllowDirty</c>.</param>
public sealed record ImageSource(string Commit, DateTimeOffset Committed, int Uncommitted)
{
    /// <summary>The remote's address without user and password; null when there is none.</summary>
    public string? Repository { get; init; }

    /// <summary>A tag on the commit; null for none.</summary>
    public string? Version { get; init; }

    /// <summary>The commit in short, and whether files differ from it.</summary>
    public override string ToString() =>
        $"{Commit[..Math.Min(10, Commit.Length)]}{(Version is null ? "" : $" ({Version})")}"
            + $"{(Uncommitted > 0 ? $", {Uncommitted} uncommitted" : "")}";
}
