using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Discovery;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Backups.Selection;

/// <summary>A kind whose objects are backed up: all of the namespace, or those that a selector matches.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Selector">A label selector; null for all.</param>
internal sealed record BackupScope(ResourceKind Kind, string? Selector)
{
    /// <summary>
    /// The kinds that are always backed up, and additional ones, each as <c>kind</c>, <c>kind.group</c> or <c>kind.group:selector</c>.
    /// </summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="target">The environment. Its workloads are always backed up, alone or with all objects of their kind.</param>
    /// <param name="additional">The additional kinds.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="DeployException">Those of <see cref="KindDiscovery"/>; <c>KindAmbiguous</c> for two kinds with the same
    /// name in objects.</exception>
    public static async Task<IReadOnlyList<BackupScope>> ResolveAsync(
        ClusterClient cluster, Target target, IReadOnlyList<string> additional, CancellationToken ct)
    {
        var discovery = new KindDiscovery(cluster);
        var scopes = BackupKinds.Always.Select(kind => new BackupScope(kind, null)).ToList();
        foreach (var text in additional)
        {
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            var name = colon < 0 ? text : text[..colon];
            var kind = BackupKinds.Find(name) ?? await discovery.FindAsync(name, ct);
            var scope = new BackupScope(kind, colon < 0 ? null : text[(colon + 1)..].Trim());
            var same = scopes.Find(other => other.Kind.Kind == kind.Kind);
            var isOwn = scope.Selector is not null && target.Workloads.Any(one => WorkloadKinds.ResourceOf(one.Kind) == kind);
            if (kind == ResourceKind.Deployments || isOwn || (same is not null && same != scope))
                throw Ambiguous(text, same?.Kind.QualifiedName ?? $"the target's {kind.Kind}");
            if (same is null) scopes.Add(scope);
        }

        return scopes.ToArray();
    }

    private static DeployException Ambiguous(string text, string other) =>
        new("KindAmbiguous", FaultCategory.InvalidArgument, $"'{text}' selects objects of a kind that {other} selects already.",
            "Name a kind once, with one selector. A backup always holds ConfigMaps, Secrets and the target's workloads.")
        { Subject = text };
}
