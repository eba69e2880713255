namespace RsolvDeploy.Rollouts.Diagnostics;

/// <summary>Something that keeps a rollout from succeeding.</summary>
/// <param name="Diagnosis">What it is.</param>
/// <param name="IsFatal">Whether waiting longer cannot help.</param>
internal sealed record PodIssue(Diagnosis Diagnosis, bool IsFatal);
