using RsolvDeploy.Cluster.Kubeconfig;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Cluster.Client;

/// <summary>Keeps a deployment from going to the wrong cluster, or into a namespace that is the cluster's own.</summary>
internal static class ClusterGuard
{
    private static readonly string[] Protected = ["kube-system", "kube-public", "kube-node-lease"];

    /// <summary>The address of the API server that a target leads to; null when its kubeconfig cannot be used.</summary>
    public static string? FindServer(Target target)
    {
        try
        {
            return KubeconfigLoader
                .Load(target.Kubeconfig, target.Context, KubeconfigEnvironment.FromProcess(), SilentReporter.Instance)
                .ServerName;
        }
        catch (DeployException)
        {
            return null;
        }
    }

    /// <summary>Refuses a server that the target does not mean, before anything is sent to it.</summary>
    public static void RefuseOtherServer(Target target, ClusterConnection connection)
    {
        if (target.Cluster?.Server is not { } meant || meant == connection.Server.Host || meant == connection.Server.Authority) return;
        throw Wrong(
            target,
            $"the API server {meant}, but context '{connection.ContextName}' goes to {connection.Server.Authority}; "
                + "nothing was sent to it");
    }

    /// <summary>Refuses a cluster whose identity is another than the target's.</summary>
    public static async Task RefuseOtherClusterAsync(ClusterClient cluster, Target target, CancellationToken ct)
    {
        if (target.Cluster?.Uid is not { } meant) return;
        var found = await cluster.GetAsync(ResourceKind.Namespaces, null, "kube-system", ct);
        if (found.At("metadata", "uid").Text() is var uid && uid != meant)
        {
            throw Wrong(
                target,
                $"the cluster with uid {meant}, but context '{cluster.ContextName}' goes to the one with uid {uid} ({cluster.Server}); "
                    + "nothing was changed");
        }
    }

    /// <summary>Refuses the namespaces that belong to Kubernetes itself.</summary>
    public static void RefuseProtected(Target target)
    {
        if (!Protected.Contains(target.Namespace)) return;
        throw new DeployException("NamespaceProtected", FaultCategory.SecurityError,
            $"Target {target.Name} names the namespace {target.Namespace}, which is the cluster's own: nothing is deployed there.",
            "Set 'namespace' of the target to the one of the application.")
        { Subject = target.Namespace };
    }

    private static DeployException Wrong(Target target, string what) =>
        new("WrongCluster", FaultCategory.SecurityError, $"Target {target.Name} is meant for {what}.",
            "Correct 'context' of the target or the kubeconfig; change 'cluster' of the target only when the cluster was really replaced.")
        { Subject = target.Name };
}
