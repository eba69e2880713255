namespace RsolvDeploy;

/// <summary>An image as it lies in the registry after <c>Publish-RsolvImage</c>.</summary>
public sealed record PublishedImage(Target Target, string RunId, StepStatus Status, IReadOnlyList<Check> Checks) : IStepResult
{
    /// <inheritdoc/>
    public IReadOnlyList<Check> Checks { get; init => field = value.ToArray(); } = Checks.ToArray();

    /// <summary>Registry host and repository, for example <c>ghcr.io/rsolv-dev/rsolv-platform</c>.</summary>
    public string Repository { get; init; } = "";

    /// <summary>The tags that name this image, made from one timestamp.</summary>
    public IReadOnlyList<string> Tags { get; init => field = value.ToArray(); } = [];

    /// <summary>Digest of the manifest as the registry serves it (<c>sha256:…</c>); null when it was not published.</summary>
    public string? Digest { get; init; }

    /// <summary>The engine's id of the image that was built (<c>sha256:…</c>); null when an existing image is used.</summary>
    public string? ImageId { get; init; }

    /// <summary>The platforms the manifest offers, for example <c>linux/amd64</c>.</summary>
    public IReadOnlyList<string> Platforms { get; init => field = value.ToArray(); } = [];

    /// <summary>Unpacked size in bytes, as the engine reports it.</summary>
    public long Size { get; init; }

    /// <summary>Sum of the compressed layers in bytes, as the registry reports it.</summary>
    public long CompressedSize { get; init; }

    /// <summary>The commit it was built from; null when the build context is in no work tree of git, or an existing image is used.</summary>
    public ImageSource? Source { get; init; }

    /// <summary>What is attested of the build, as the types of in-toto predicates (<c>https://spdx.dev/Document</c>); empty for nothing.</summary>
    public IReadOnlyList<string> Attestations { get; init => field = value.ToArray(); } = [];

    /// <summary>Whether the registry had exactly this image under its latest tag already.</summary>
    public bool Unchanged { get; init; }

    /// <summary>What to deploy: <c>repository@sha256:…</c>; null when it was not published.</summary>
    public string? Reference => Digest is null ? null : $"{Repository}@{Digest}";

    /// <inheritdoc/>
    public Baseline? Baseline { get; init; }

    IStepResult IStepResult.WithBaseline(Baseline baseline) => this with { Baseline = baseline };

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"Publish for {Target.Name}: {Status}{(Reference is { } image ? $", {image}" : "")}";
}
