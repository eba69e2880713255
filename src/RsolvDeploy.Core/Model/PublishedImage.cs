namespace RsolvDeploy;

/// <summary>An image in the registry: the result of <c>Publish-RsolvImage</c>.</summary>
public sealed record PublishedImage(TargetIdentity Target, string RunId, StepStatus Status, IReadOnlyList<Check> Checks) : IStepResult
{
    /// <inheritdoc/>
    public IReadOnlyList<Check> Checks { get; init => field = value.ToArray(); } = Checks.ToArray();

    /// <summary>Registry host and repository, for example <c>ghcr.io/rsolv-dev/rsolv-platform</c>.</summary>
    public string Repository { get; init; } = "";

    /// <summary>The tags that name this image, made from one timestamp.</summary>
    public IReadOnlyList<string> Tags { get; init => field = value.ToArray(); } = [];

    /// <summary>The digest of the manifest in the registry (<c>sha256:…</c>); null when it was not published.</summary>
    public string? Digest { get; init; }

    /// <summary>The id of the built image in the engine (<c>sha256:…</c>); null when an existing image is used.</summary>
    public string? ImageId { get; init; }

    /// <summary>The platforms of the manifest, for example <c>linux/amd64</c>.</summary>
    public IReadOnlyList<string> Platforms { get; init => field = value.ToArray(); } = [];

    /// <summary>Unpacked size in bytes, as the engine reports it.</summary>
    public long Size { get; init; }

    /// <summary>Sum of the compressed layers in bytes, as the registry reports it.</summary>
    public long CompressedSize { get; init; }

    /// <summary>
    /// The commit it was built from; null when the build context is not in a Git work tree, or an existing image is used.
    /// </summary>
    public ImageSource? Source { get; init; }

    /// <summary>The attestations of the build, as types of in-toto predicates (<c>https://spdx.dev/Document</c>); empty for none.</summary>
    public IReadOnlyList<string> Attestations { get; init => field = value.ToArray(); } = [];

    /// <summary>The image of another environment that it was promoted from, <c>repository@sha256:…</c>; null when it was built.</summary>
    public string? PromotedFrom { get; init; }

    /// <summary>Whether the latest tag in the registry already named this image.</summary>
    public bool Unchanged { get; init; }

    /// <summary>The image to deploy: <c>repository@sha256:…</c>; null when it was not published.</summary>
    public string? Reference => Digest is null ? null : $"{Repository}@{Digest}";

    /// <summary>The image that would be deployed, by its tag, when the publish is only planned; otherwise null.</summary>
    public string? PlannedReference => Status == StepStatus.Planned && Tags.Count > 0 ? $"{Repository}:{Tags[0]}" : null;

    /// <inheritdoc/>
    public Baseline? Baseline { get; init; }

    IStepResult IStepResult.WithBaseline(Baseline baseline) => this with { Baseline = baseline };

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"Publish for {Target.Name}: {Status}{(Reference is { } image ? $", {image}" : "")}";
}
