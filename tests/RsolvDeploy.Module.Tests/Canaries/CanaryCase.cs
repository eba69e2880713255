namespace RsolvDeploy.Module.Tests.Canaries;

/// <summary>A command, as it succeeds and as it fails.</summary>
/// <param name="Command">The name of the cmdlet.</param>
/// <param name="Success">A script in which it succeeds.</param>
/// <param name="Failure">A script in which it fails; null when nothing can fail.</param>
internal sealed record CanaryCase(string Command, string Success, string? Failure);
