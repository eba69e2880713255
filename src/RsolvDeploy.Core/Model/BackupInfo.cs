namespace RsolvDeploy;

/// <summary>A backup as it lies on disk.</summary>
/// <param name="Path">Its folder.</param>
/// <param name="Complete">Whether it was written to its end; one that was not is never restored.</param>
public sealed record BackupInfo(string Path, bool Complete)
{
    /// <summary>The target's name; empty when the backup cannot be read.</summary>
    public string TargetName { get; init; } = "";

    /// <summary>The configuration that names its target; commands behind this one bind it.</summary>
    public string? ConfigurationPath { get; init; }

    /// <summary>When it was taken, UTC; when it was begun for one that is not complete.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>The image that the deployment ran; null when it is not known.</summary>
    public string? Image { get; init; }

    /// <summary>The Deployment's revision; null when it is not known.</summary>
    public long? Revision { get; init; }

    /// <summary>How many objects it holds.</summary>
    public int Items { get; init; }

    /// <summary>Size of its files in bytes.</summary>
    public long Size { get; init; }

    /// <summary>Whether every file matches the manifest, signed by somebody who is trusted; null when it was not looked at (-Verify). <see cref="Problem"/> holds the reason when it does not.</summary>
    public bool? Verified { get; init; }

    /// <summary>What is wrong with it; empty when nothing is known to be.</summary>
    public string Problem { get; init; } = "";

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"{Path}: {(Problem.Length > 0 ? Problem : Complete ? "complete" : "not complete")}";
}
