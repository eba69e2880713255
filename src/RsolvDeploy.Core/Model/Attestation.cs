namespace RsolvDeploy;

/// <summary>What somebody attests of an image: the result of <c>Get-RsolvAttestation</c>.</summary>
/// <param name="Image">The image, <c>repository@sha256:…</c>.</param>
/// <param name="PredicateType">The type of the in-toto predicate; empty when it cannot be read.</param>
public sealed record Attestation(string Image, string PredicateType)
{
    /// <summary>The target that the image was looked up for.</summary>
    public TargetIdentity? Target { get; init; }

    /// <summary>The attestation in the registry, <c>repository@sha256:…</c>.</summary>
    public string Reference { get; init; } = "";

    /// <summary>What it attests, in a few words: the verification, the builder and its sources, or the number of packages.</summary>
    public string Summary { get; init; } = "";

    /// <summary>The environment that was verified; null for another kind of attestation.</summary>
    public string? Environment { get; init; }

    /// <summary>The result, <c>PASSED</c> or <c>FAILED</c>; null for another kind of attestation.</summary>
    public string? Result { get; init; }

    /// <summary>When it was verified or built, UTC; null when it is not known.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The operator, <c>user@machine</c>; null for another kind of attestation.</summary>
    public string? By { get; init; }

    /// <summary>The run; null for another kind of attestation.</summary>
    public string? RunId { get; init; }

    /// <summary>The page of the workflow's run; null for none.</summary>
    public string? Url { get; init; }

    /// <summary>The number of attested checks.</summary>
    public int Checks { get; init; }

    /// <summary>SHA-256 of the key that signed it, in hex; null when no trusted key did.</summary>
    public string? Signer { get; init; }

    /// <summary>Why it proves nothing: a stranger signed it, it was changed, it is not signed. Null when it is proven.</summary>
    public string? Problem { get; init; }

    /// <summary>The Kubernetes namespace and the deployment that were verified; null for another kind of attestation.</summary>
    internal (string Namespace, string Deployment)? Verified { get; init; }

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"{Summary}{(Problem is null ? "" : $" ({Problem})")}";
}
