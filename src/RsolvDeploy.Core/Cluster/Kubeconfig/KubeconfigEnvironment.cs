namespace RsolvDeploy.Cluster.Kubeconfig;

/// <summary>What the loader reads besides kubeconfig files.</summary>
/// <param name="Variable">Reads an environment variable; null when it is not set.</param>
/// <param name="Home">The user's folder.</param>
/// <param name="ServiceAccount">The folder of a pod's own account.</param>
internal sealed record KubeconfigEnvironment(Func<string, string?> Variable, string Home, string ServiceAccount)
{
    /// <summary>The clock that credentials expire by.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    public static KubeconfigEnvironment FromProcess() => new(
        Environment.GetEnvironmentVariable,
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
        "/var/run/secrets/kubernetes.io/serviceaccount");
}
