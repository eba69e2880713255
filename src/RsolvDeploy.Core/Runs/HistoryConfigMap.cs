using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Json;
using RsolvDeploy.Signing;

namespace RsolvDeploy.Runs;

/// <summary>
/// The ConfigMap <c>rsolv-history-…</c> of a deployment: signed entries under a key, and beside them the certificates of who signed them,
/// so that others can trust them by their fingerprint.
/// </summary>
/// <param name="cluster">The cluster.</param>
/// <param name="target">The deployment.</param>
/// <param name="key">The key of the entries.</param>
/// <param name="certificatePrefix">How the keys of their certificates begin.</param>
internal sealed class HistoryConfigMap(ClusterClient cluster, Target target, string key, string certificatePrefix)
{
    /// <summary>The prefix of the names of the ConfigMaps.</summary>
    public const string Prefix = "rsolv-history-";

    private const string CertificateEnd = ".pem";

    /// <summary>Its name.</summary>
    public string Name { get; } = Prefix + target.ReleaseName;

    /// <summary>Reads it; null when it does not exist.</summary>
    public Task<JsonObject?> FindAsync(CancellationToken ct) => cluster.FindAsync(ResourceKind.ConfigMaps, target.Namespace, Name, ct);

    /// <summary>The entries; null when there are none.</summary>
    public string? Entries(JsonObject? map) => map.At("data", key).Text();

    /// <summary>Creates it, without entries.</summary>
    public Task<JsonObject> CreateAsync(CancellationToken ct) => cluster.CreateAsync(
        ResourceKind.ConfigMaps,
        target.Namespace,
        new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject
            {
                ["name"] = Name,
                ["labels"] = new JsonObject { ["app.kubernetes.io/managed-by"] = "rsolvdeploy" },
            },
            ["data"] = new JsonObject { [key] = "[]" },
        },
        dryRun: false,
        ct);

    /// <summary>Writes the entries, unless somebody else changed it meanwhile. Certificates that no entry names are removed.</summary>
    /// <param name="map">It, as it was read.</param>
    /// <param name="entries">The entries.</param>
    /// <param name="signer">Who signed the new ones.</param>
    /// <param name="ct">Cancels.</param>
    public Task<JsonObject> ReplaceAsync(JsonObject map, string entries, SignerCertificate signer, CancellationToken ct)
    {
        if (map["data"] is not JsonObject data) map["data"] = data = [];
        foreach (var (name, _) in data.ToList().Where(one => IsOfNobody(one.Key, entries))) data.Remove(name);
        data[key] = entries;
        data[$"{certificatePrefix}{signer.Fingerprint[..16]}{CertificateEnd}"] = signer.Pem;
        return cluster.ReplaceAsync(ResourceKind.ConfigMaps, target.Namespace, Name, map, ct);
    }

    private bool IsOfNobody(string name, string entries) => name.StartsWith(certificatePrefix, StringComparison.Ordinal)
        && !entries.Contains($"\"signer\":\"{name[certificatePrefix.Length..].Split('.')[0]}", StringComparison.Ordinal);
}
