namespace RsolvDeploy;

/// <summary>What is attested of a verified image, and what is required of an image before it is deployed.</summary>
public sealed record PromotionSettings
{
    /// <summary>Whether a validation on staging and a sign-off are attested in the registry.</summary>
    public bool Attest { get; init; }

    /// <summary>The attestation that an image needs; null for none.</summary>
    public RequiredAttestation? Require { get; init; }
}
