namespace RsolvDeploy.Rollbacks;

/// <summary>What a rollback records when it starts, so that a probe can determine its outcome.</summary>
/// <param name="Image">The image to roll back to.</param>
/// <param name="PreviousImage">The image before the rollback.</param>
/// <param name="Restarts">Whether the pods are restarted because only their configuration changes.</param>
/// <param name="Choice">The reason for choosing this release.</param>
internal sealed record RollbackFacts(string Image, string? PreviousImage, bool Restarts, string Choice);
