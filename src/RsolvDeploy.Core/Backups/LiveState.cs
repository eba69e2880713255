using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Json;

namespace RsolvDeploy.Backups;

/// <summary>The objects of a namespace as they are now, in the form in which a backup holds them.</summary>
internal sealed class LiveState
{
    private readonly Dictionary<(string Kind, string Name), JsonObject> _objects = [];

    /// <summary>Each object beside the version it was read at.</summary>
    private readonly Dictionary<(string Kind, string Name), string> _versions = [];

    /// <summary>Whether it is another namespace than the one that was backed up.</summary>
    public bool Elsewhere { get; private init; }

    public IEnumerable<(string Kind, string Name)> Names => _objects.Keys;

    public JsonObject? Find(string kind, string name) => _objects.GetValueOrDefault((kind, name));

    public string? VersionOf(string kind, string name) => _versions.GetValueOrDefault((kind, name));

    /// <summary>Reads the kinds that the backup holds; of Deployments only those in it.</summary>
    public static async Task<LiveState> ReadAsync(ClusterClient cluster, string ns, BackupManifest manifest, CancellationToken ct)
    {
        var state = new LiveState { Elsewhere = ns != manifest.Namespace };
        foreach (var read in manifest.Kinds)
        {
            var kind = read.ToResource();
            if (kind == ResourceKind.Deployments)
            {
                foreach (var item in manifest.Items.Where(item => item.Kind == kind.Kind))
                    if (await cluster.FindAsync(kind, ns, item.Name, ct) is { } found) state.Add(found);
                continue;
            }

            await foreach (var found in cluster.ListAsync(kind, ns, read.Selector, null, ct))
                if (SkipRule.ReasonFor(found) is null) state.Add(found);
        }

        return state;
    }

    private void Add(JsonObject found)
    {
        var key = (found["kind"].Text() ?? "", found.At("metadata", "name").Text() ?? "");
        _versions[key] = found.At("metadata", "resourceVersion").Text() ?? "";
        ServerManagedFields.Remove(found);
        _objects[key] = found;
    }
}
