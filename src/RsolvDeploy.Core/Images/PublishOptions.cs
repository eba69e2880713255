namespace RsolvDeploy.Images;

/// <summary>The options of a publish.</summary>
internal sealed record PublishOptions
{
    /// <summary>The name of this release in its tags; null leaves out the tags that carry it.</summary>
    public string? Phase { get; init; }

    /// <summary>The build context; null for the configured one.</summary>
    public string? ContextPath { get; init; }

    /// <summary>The Dockerfile as a text; null for the configured file.</summary>
    public string? DockerfileContent { get; init; }

    /// <summary>An image that the registry serves already, instead of a build; null to build.</summary>
    public string? Image { get; init; }

    /// <summary>The target whose image is promoted instead of a build; null to build.</summary>
    public string? From { get; init; }

    /// <summary>Why an image that was not validated there is promoted; null to refuse it.</summary>
    public string? UnvalidatedReason { get; init; }

    /// <summary>Whether uncommitted files may be built.</summary>
    public bool AllowDirty { get; init; }

    /// <summary>Whether every build step runs again.</summary>
    public bool NoCache { get; init; }
}
