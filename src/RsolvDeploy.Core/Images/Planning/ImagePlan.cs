namespace RsolvDeploy.Images.Planning;

/// <summary>A publish before it builds anything. Every tag has the same timestamp.</summary>
/// <param name="Target">The environment.</param>
/// <param name="Repository">Registry host and repository.</param>
/// <param name="ContextFolder">The build context, as a full path.</param>
/// <param name="Dockerfile">The Dockerfile, relative to the context, with forward slashes; its full path where it is outside.</param>
/// <param name="Tags">The tags, in the order of the configuration.</param>
/// <param name="Timestamp">The timestamp of all tags, UTC.</param>
internal sealed record ImagePlan(
    Target Target, string Repository, string ContextFolder, string Dockerfile, IReadOnlyList<ImageTag> Tags, DateTimeOffset Timestamp)
{
    /// <summary>The platform to build for; null for the engine's own.</summary>
    public string? Platform { get; init; }

    /// <summary>The build stage to stop at; null for the last.</summary>
    public string? BuildTarget { get; init; }

    /// <summary>The names of the build arguments; their values are never shown.</summary>
    public IReadOnlyList<string> BuildArguments { get; init; } = [];

    /// <summary>The Dockerfile where it was given as a text; null where it is a file.</summary>
    public DockerfileText? DockerfileText { get; init; }

    /// <summary>The network that <c>RUN</c> steps see (<c>host</c>, <c>none</c>); null for the engine's default.</summary>
    public string? NetworkMode { get; init; }

    /// <summary>Whether every build step runs again.</summary>
    public bool NoCache { get; init; }

    /// <summary>Whether uncommitted files may be built.</summary>
    public bool AllowDirty { get; init; }

    /// <summary>The full names, <c>repository:tag</c>.</summary>
    public IReadOnlyList<string> References => Tags.Select(tag => $"{Repository}:{tag.Name}").ToArray();
}
