namespace RsolvDeploy;

/// <summary>What image to build, and where to push it.</summary>
public sealed record ImageSettings
{
    /// <summary>Registry host and repository, for example <c>ghcr.io/rsolv-dev/rsolv-platform</c>.</summary>
    public required string Repository { get; init; }

    /// <summary>The build context's folder, as a full path.</summary>
    public string? Context { get; init; }

    /// <summary>Additional contexts, as full paths or URLs, by the name that the Dockerfile uses.</summary>
    public IReadOnlyDictionary<string, string> Contexts { get; init; } = new Dictionary<string, string>();

    /// <summary>The Dockerfile, relative to the context, or its full path. It may be outside of the context.</summary>
    public string Dockerfile { get; init; } = "Dockerfile";

    /// <summary>The largest unpacked size allowed, in bytes; null for no limit.</summary>
    public long? MaxSize { get; init; }

    /// <summary>The platforms expected, for example <c>linux/amd64</c>.</summary>
    public IReadOnlyList<string> Platforms { get; init => field = value.ToArray(); } = [];

    /// <summary>
    /// The Docker Engine (<c>unix://</c>, <c>tcp://</c>, <c>npipe://</c>, <c>ssh://</c> or a bare host); null for the default one.
    /// </summary>
    public string? Builder { get; init; }

    /// <summary>Build arguments. Not for secrets: they stay in the image's history.</summary>
    public IReadOnlyDictionary<string, string> Args { get; init; } = new Dictionary<string, string>();

    /// <summary>The build stage to stop at; null for the last.</summary>
    public string? BuildTarget { get; init; }

    /// <summary>The builder instance of <c>docker buildx</c>; null for its current one.</summary>
    public string? Buildx { get; init; }

    /// <summary>Images whose build cache is used.</summary>
    public IReadOnlyList<string> CacheFrom { get; init => field = value.ToArray(); } = [];

    /// <summary>Images that the build cache is written to.</summary>
    public IReadOnlyList<string> CacheTo { get; init => field = value.ToArray(); } = [];

    /// <summary>Secrets that steps of the build may mount.</summary>
    public IReadOnlyList<BuildSecretSettings> Secrets { get; init => field = value.ToArray(); } = [];

    /// <summary>What is attested of the build.</summary>
    public AttestationSettings Attestations { get; init; } = new(false, null);
}
