namespace RsolvDeploy.Scenarios.Oracle;

/// <summary>The cluster that rollouts are played on.</summary>
/// <param name="Target">A target with its kubeconfig; each rollout gets a namespace of its own.</param>
/// <param name="Before">The image of the release before.</param>
/// <param name="After">The image of the new release.</param>
/// <param name="RunsPrograms">Whether pods run programs; those of the sandbox follow annotations.</param>
internal sealed record OracleCluster(Target Target, string Before, string After, bool RunsPrograms);
