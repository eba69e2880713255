namespace RsolvDeploy.Rollouts;

/// <summary>Something that keeps a rollout from succeeding.</summary>
/// <param name="Diagnosis">What it is.</param>
/// <param name="Fatal">Whether waiting longer cannot help.</param>
internal sealed record Trouble(Diagnosis Diagnosis, bool Fatal);
