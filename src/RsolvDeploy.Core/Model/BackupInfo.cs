namespace RsolvDeploy;

/// <summary>A backup on disk.</summary>
/// <param name="Path">Its folder.</param>
/// <param name="Complete">Whether it is complete; an incomplete backup is never restored.</param>
public sealed record BackupInfo(string Path, bool Complete)
{
    /// <summary>The target's name; empty when the backup cannot be read.</summary>
    public string TargetName { get; init; } = "";

    /// <summary>The configuration file of its target; the following commands of the pipeline bind it.</summary>
    public string? ConfigurationPath { get; init; }

    /// <summary>When it was created, UTC; when it was started, for an incomplete one.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>The image that the deployment ran; null when it is not known.</summary>
    public string? Image { get; init; }

    /// <summary>The Deployment's revision; null when it is not known.</summary>
    public long? Revision { get; init; }

    /// <summary>How many objects it holds.</summary>
    public int Items { get; init; }

    /// <summary>Size of its files in bytes.</summary>
    public long Size { get; init; }

    /// <summary>
    /// Whether every file matches the manifest, signed by somebody who is trusted; null when it was not looked at (-Verify).
    /// <see cref="Problem"/> holds the reason when it does not.
    /// </summary>
    public bool? Verified { get; init; }

    /// <summary>The problem; empty when none is known.</summary>
    public string Problem { get; init; } = "";

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"{Path}: {(Problem.Length > 0 ? Problem : Complete ? "complete" : "incomplete")}";
}
