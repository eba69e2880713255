namespace RsolvDeploy.Rollbacks;

/// <summary>What a rollback records when it starts, so that its change can be found again.</summary>
/// <param name="Image">The image to roll back to.</param>
/// <param name="PreviousImage">The image that is left.</param>
/// <param name="Restarts">Whether the pods are restarted because only their configuration changes.</param>
/// <param name="Choice">Why this release.</param>
internal sealed record RollbackFacts(string Image, string? PreviousImage, bool Restarts, string Choice);
