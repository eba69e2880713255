using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Signing;

namespace RsolvDeploy.Runs;

/// <summary>The releases of a deployment and their seal, as its ConfigMap holds them.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="target">The deployment.</param>
/// <param name="trusted">Whose entries count, and who signs new ones.</param>
internal sealed class SealedHistory(ClusterClient cluster, Target target, TrustedSigners trusted)
{
    private const string Key = "releases.json";
    private const string SealKey = "seal.json";

    private readonly HistoryConfigMap _map = new(cluster, target, Key, certificatePrefix: "signer-");

    /// <summary>The name of the ConfigMap.</summary>
    public string Name => _map.Name;

    /// <summary>Reads and verifies it.</summary>
    /// <exception cref="DeployException"><c>HistoryUnreadable</c>, or an error of the API server.</exception>
    public async Task<SignedReleases> ReadAsync(CancellationToken ct)
    {
        var map = await _map.FindAsync(ct);
        var (place, read) = (Place(map), Read(map));
        var seen = HistoryMemory.Find(place);
        if (read.Serial < seen)
        {
            // Another process of this machine may have written in between.
            map = await _map.FindAsync(ct);
            read = Read(map);
            if (Place(map) != place) return read;
        }

        HistoryMemory.Record(place, read.Serial);
        return read.ComparedTo(seen);
    }

    /// <summary>Changes the releases. When two operators write at the same time, the second one reads again and adds its change.</summary>
    public async Task ChangeAsync(Func<IReadOnlyList<Release>, IReadOnlyList<Release>> change, CancellationToken ct)
    {
        using var signer = trusted.Own.Load(cluster.Now);
        await ConflictRetry.UpsertAsync(
            async token =>
            {
                var found = await _map.FindAsync(token);
                var before = Read(found).ComparedTo(HistoryMemory.Find(Place(found)));
                var after = change(before.Releases);
                if (ReferenceEquals(after, before.Releases)) return found;
                if (found is null)
                {
                    // Its uid, which the signatures are bound to, is known only when it exists.
                    found = await _map.CreateAsync(token);
                    before = Read(found);
                }

                var (releases, seal) = before.Write(after, signer);
                if (found["data"] is not JsonObject data) found["data"] = data = [];
                data[SealKey] = seal;
                var written = await _map.ReplaceAsync(found, releases, signer.Certificate, token);
                HistoryMemory.Record(Place(written), before.Serial + 1);
                return written;
            },
            ct);
    }

    private SignedReleases Read(JsonObject? map)
    {
        var seal = map.At("data", SealKey).Text();
        try
        {
            // A seal without releases means that somebody removed them.
            return (_map.Entries(map) ?? (seal is null ? null : "[]")) is { } entries
                ? SignedReleases.Read(entries, seal, Place(map), trusted)
                : SignedReleases.Empty(Place(map));
        }
        catch (JsonException e)
        {
            throw new DeployException("HistoryUnreadable", FaultCategory.InvalidData,
                $"The history of {target.Namespace}/{target.Deployment} (ConfigMap {Name}) cannot be read.",
                $"Correct the ConfigMap, or delete it: kubectl -n {target.Namespace} delete configmap {Name}.", e)
            { Subject = Name };
        }
    }

    private string Place(JsonObject? map) => $"{map.At("metadata", "uid").Text()} {target.Namespace}/{Name}";
}
