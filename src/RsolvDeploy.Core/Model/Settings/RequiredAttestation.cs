namespace RsolvDeploy;

/// <summary>The attestation that an image needs before it is deployed.</summary>
/// <param name="Environment">The name of the target where the image was verified.</param>
public sealed record RequiredAttestation(string Environment)
{
    /// <summary>The files with the public keys or certificates that may sign it; empty for the trusted operators.</summary>
    public IReadOnlyList<string> Signers { get; init => field = value.ToArray(); } = [];

    /// <summary>How old it may be; null for any age.</summary>
    public TimeSpan? MaxAge { get; init; }
}
