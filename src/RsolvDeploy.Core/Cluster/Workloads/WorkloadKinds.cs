namespace RsolvDeploy.Cluster.Workloads;

/// <summary>How the API server names the kinds of workloads.</summary>
internal static class WorkloadKinds
{
    /// <summary>The kind of a workload's objects.</summary>
    public static ResourceKind ResourceOf(WorkloadKind kind) => kind switch
    {
        WorkloadKind.StatefulSet => ResourceKind.StatefulSets,
        WorkloadKind.DaemonSet => ResourceKind.DaemonSets,
        WorkloadKind.CronJob => ResourceKind.CronJobs,
        _ => ResourceKind.Deployments,
    };

    /// <summary>The kind of a workload's objects by the name that they bear; Deployments where they bear none.</summary>
    public static ResourceKind ResourceOf(string? kind) => ResourceOf(Enum.TryParse<WorkloadKind>(kind, out var known) ? known : default);

    /// <summary>The kind of the target's workload; of several, of the main one.</summary>
    public static ResourceKind ResourceOf(Target target) => ResourceOf(target.Main.Kind);

    /// <summary>The kinds that a rollout watches: the workload, and the objects that keep its revisions.</summary>
    public static (ResourceKind Workloads, ResourceKind Revisions) WatchedFor(WorkloadKind kind) =>
        (ResourceOf(kind), kind == WorkloadKind.Deployment ? ResourceKind.ReplicaSets : ResourceKind.ControllerRevisions);
}
