namespace RsolvDeploy.Images.Planning;

/// <summary>What will be built and where it will be pushed; every tag made from one instant.</summary>
/// <param name="Target">The environment it is for.</param>
/// <param name="Repository">Registry host and repository.</param>
/// <param name="ContextFolder">The build context, as a full path.</param>
/// <param name="Dockerfile">The Dockerfile, relative to the context, with forward slashes.</param>
/// <param name="Tags">The tags, in the order of the configuration.</param>
/// <param name="Timestamp">The one instant, UTC.</param>
internal sealed record ImagePlan(
    Target Target, string Repository, string ContextFolder, string Dockerfile, IReadOnlyList<ImageTag> Tags, DateTimeOffset Timestamp)
{
    /// <summary>The platform to build for; null for the engine's own.</summary>
    public string? Platform { get; init; }

    /// <summary>The build stage to stop at; null for the last.</summary>
    public string? BuildTarget { get; init; }

    /// <summary>The names of the build arguments; their values are not for showing.</summary>
    public IReadOnlyList<string> BuildArguments { get; init; } = [];

    /// <summary>The network that <c>RUN</c> steps see (<c>host</c>, <c>none</c>); null for the engine's default.</summary>
    public string? NetworkMode { get; init; }

    /// <summary>Whether every step is run anew.</summary>
    public bool NoCache { get; init; }

    /// <summary>Whether what is in no commit may be built.</summary>
    public bool AllowDirty { get; init; }

    /// <summary>The full names, <c>repository:tag</c>.</summary>
    public IReadOnlyList<string> References => [.. Tags.Select(tag => $"{Repository}:{tag.Name}")];
}

/// <summary>A tag, and which of the checklist's tags it is.</summary>
internal sealed record ImageTag(string Name, ImageTagRole Role);

/// <summary>Which of the checklist's tags a tag is.</summary>
internal enum ImageTagRole
{
    /// <summary>It carries the instant, so it never moves.</summary>
    Timestamp,

    /// <summary>It names the phase of the project.</summary>
    Phase,

    /// <summary>It moves to every release.</summary>
    Latest,
}
