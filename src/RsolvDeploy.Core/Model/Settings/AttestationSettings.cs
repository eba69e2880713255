namespace RsolvDeploy;

/// <summary>What is attested of a build.</summary>
/// <param name="Sbom">Whether the software in it is listed.</param>
/// <param name="Provenance">How much the provenance holds, <c>min</c> or <c>max</c>; null for nothing.</param>
public sealed record AttestationSettings(bool Sbom, string? Provenance)
{
    /// <summary>The image that lists the software; null for BuildKit's own.</summary>
    public string? Generator { get; init; }

    internal bool Any => Sbom || Provenance is not null;
}
