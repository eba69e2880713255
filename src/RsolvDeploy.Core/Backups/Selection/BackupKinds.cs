using RsolvDeploy.Cluster;

namespace RsolvDeploy.Backups.Selection;

/// <summary>
/// The kinds that need no discovery, in the order of a restore: kinds that others depend on come first, unknown kinds last.
/// </summary>
internal static class BackupKinds
{
    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<ResourceKind> All =
    [
        ResourceKind.ServiceAccounts, ResourceKind.ConfigMaps, ResourceKind.Secrets, ResourceKind.Services, ResourceKind.Deployments,
        ResourceKind.StatefulSets, ResourceKind.DaemonSets,
        ResourceKind.DisruptionBudgets, ResourceKind.Ingresses, ResourceKind.CronJobs, ResourceKind.Autoscalers,
    ];

    /// <summary>The kinds that are always backed up, beside the Deployment.</summary>
    public static readonly IReadOnlyList<ResourceKind> Always = [ResourceKind.ConfigMaps, ResourceKind.Secrets];

    /// <summary>A known kind by its name, with or without its group; null for an unknown one.</summary>
    public static ResourceKind? Find(string name) => All.FirstOrDefault(kind => kind.Plural == name || kind.QualifiedName == name);

    /// <summary>The folder of a kind in a backup: its name as kubectl prints it, with the group where it is an unknown kind.</summary>
    public static string FolderFor(ResourceKind kind) => All.Contains(kind) ? kind.Plural : kind.QualifiedName;

    // Defaults, rights and the firewall have to be there before the first pod; a quota that comes last refuses nothing on the way.
    private static readonly string[] First =
    [
        "LimitRange", "Role", "RoleBinding", "NetworkPolicy", "ServiceAccount", "ConfigMap", "Secret", "PersistentVolumeClaim",
    ];

    private const string Last = "ResourceQuota";

    /// <summary>The position of a kind in a restore: those of <see cref="All"/> follow the few that pods depend on.</summary>
    public static int Order(string kind)
    {
        if (Array.IndexOf(First, kind) is >= 0 and var first) return first;
        for (var index = 0; index < All.Count; index++)
            if (All[index].Kind == kind) return First.Length + index;
        return First.Length + All.Count + (kind == Last ? 1 : 0);
    }
}
