namespace RsolvDeploy.Module.Tests.Canaries;

/// <summary>A value that was seen.</summary>
/// <param name="Place">Where the value lies.</param>
/// <param name="Where">Where it was seen.</param>
internal sealed record CanaryFinding(string Place, string Where);
