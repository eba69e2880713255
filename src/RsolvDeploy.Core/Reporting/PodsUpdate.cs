namespace RsolvDeploy.Reporting;

/// <summary>The pods of a rollout, after one of them changed.</summary>
/// <param name="Activity">The title of the rollout, as in its <see cref="ProgressUpdate"/>.</param>
/// <param name="Pods">The pods of the new revision.</param>
internal sealed record PodsUpdate(string Activity, IReadOnlyList<PodState> Pods);
