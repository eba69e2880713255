namespace RsolvDeploy.Monitoring;

/// <summary>What a verification is asked to do: everything that the target configures.</summary>
internal sealed record VerificationOptions;
