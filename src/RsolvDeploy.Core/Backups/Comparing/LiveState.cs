using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Backups.Selection;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Json;

namespace RsolvDeploy.Backups.Comparing;

/// <summary>The objects of a namespace as they are now, in the form of a backup.</summary>
internal sealed class LiveState
{
    private readonly Dictionary<(string Kind, string Name), JsonObject> _objects = [];

    private readonly Dictionary<(string Kind, string Name), (string Version, string Uid)> _identities = [];

    /// <summary>Whether it is another namespace than the one that was backed up.</summary>
    public bool IsOtherNamespace { get; private init; }

    /// <summary>The names of its objects.</summary>
    public IEnumerable<(string Kind, string Name)> Names => _objects.Keys;

    /// <summary>An object; null when it does not exist.</summary>
    public JsonObject? Find(string kind, string name) => _objects.GetValueOrDefault((kind, name));

    /// <summary>The resource version of an object; null when it does not exist.</summary>
    public string? FindVersion(string kind, string name) => Identity(kind, name)?.Version;

    /// <summary>The uid of an object; null when it does not exist.</summary>
    public string? FindUid(string kind, string name) => Identity(kind, name)?.Uid;

    /// <summary>Reads the kinds of a backup; of workloads only those in the backup.</summary>
    public static async Task<LiveState> ReadAsync(ClusterClient cluster, string ns, BackupManifest manifest, CancellationToken ct)
    {
        var state = new LiveState { IsOtherNamespace = ns != manifest.Namespace };
        foreach (var read in manifest.Kinds)
        {
            var kind = read.ToResource();
            if (kind == ResourceKind.Deployments || read.OnlyNamed == true)
            {
                foreach (var item in manifest.Items.Where(item => item.Kind == kind.Kind))
                    if (await cluster.FindAsync(kind, ns, item.Name, ct) is { } found) state.Add(found, kind);
                continue;
            }

            await foreach (var found in cluster.ListAsync(kind, ns, read.Selector, null, ct))
                if (ExclusionRule.ReasonFor(found) is null) state.Add(found, kind);
        }

        return state;
    }

    private (string Version, string Uid)? Identity(string kind, string name) =>
        _identities.TryGetValue((kind, name), out var known) ? known : null;

    private void Add(JsonObject found, ResourceKind kind)
    {
        var key = (found["kind"].Text() ?? "", found.At("metadata", "name").Text() ?? "");
        _identities[key] = (found.At("metadata", "resourceVersion").Text() ?? "", found.At("metadata", "uid").Text() ?? "");
        ServerManagedFields.Remove(found, kind.KeepsStatus);
        _objects[key] = found;
    }
}
