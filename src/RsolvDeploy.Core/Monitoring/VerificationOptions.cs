namespace RsolvDeploy.Monitoring;

/// <summary>The options of a verification: it verifies everything that the target configures.</summary>
internal sealed record VerificationOptions;
