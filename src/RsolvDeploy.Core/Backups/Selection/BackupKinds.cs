using RsolvDeploy.Cluster;

namespace RsolvDeploy.Backups.Selection;

/// <summary>The kinds that are known without asking the API server, in the order in which a restore comes to them: what others need comes first, kinds that are not known here last.</summary>
internal static class BackupKinds
{
    public static readonly IReadOnlyList<ResourceKind> All =
    [
        ResourceKind.ServiceAccounts, ResourceKind.ConfigMaps, ResourceKind.Secrets, ResourceKind.Services, ResourceKind.Deployments,
        ResourceKind.DisruptionBudgets, ResourceKind.Ingresses, ResourceKind.CronJobs, ResourceKind.Autoscalers,
    ];

    /// <summary>What is always backed up beside the Deployment.</summary>
    public static readonly IReadOnlyList<ResourceKind> Always = [ResourceKind.ConfigMaps, ResourceKind.Secrets];

    /// <summary>A kind that needs not be looked up, by its name with or without its group; null for any other.</summary>
    public static ResourceKind? Find(string name) => All.FirstOrDefault(kind => kind.Plural == name || kind.QualifiedName == name);

    /// <summary>The folder of a backup that holds the objects of a kind: as kubectl names it, in full where the name alone may be another's.</summary>
    public static string FolderFor(ResourceKind kind) => All.Contains(kind) ? kind.Plural : kind.QualifiedName;

    public static int Order(string kind)
    {
        for (var index = 0; index < All.Count; index++)
            if (All[index].Kind == kind) return index;
        return All.Count;
    }
}
