using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Rollbacks.Configuration;

/// <summary>
/// Saves the ConfigMaps and Secrets that the pods of a release refer to in one immutable Secret in the same namespace, so that every
/// operator can roll back to the configuration of that release. The copies are protected like the originals.
/// </summary>
/// <param name="cluster">The cluster.</param>
/// <param name="target">The deployment.</param>
internal sealed class ConfigurationSnapshot(ClusterClient cluster, Target target)
{
    private const string Key = "objects.json.gz";
    private const string DeploymentAnnotation = "rsolv.dev/kept-for";
    private const string Selector = "app.kubernetes.io/managed-by=rsolvdeploy";

    // A Secret can contain 1 MiB.
    private const int MaxSize = 1_000_000;

    /// <summary>Saves the live objects. An identical snapshot is used again.</summary>
    /// <param name="deployment">The Deployment whose pods refer to the objects.</param>
    /// <param name="last">The last snapshot; null for the last one in the history.</param>
    /// <param name="runId">The run.</param>
    /// <param name="reporter">Receives the warning when they cannot be saved.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The name of the Secret; null when the objects could not be saved.</returns>
    public async Task<string?> SaveAsync(JsonObject deployment, string? last, string runId, IReporter reporter, CancellationToken ct)
    {
        try
        {
            var now = await ReadLiveAsync(deployment, ct);
            last ??= (await new ReleaseHistory(cluster, target).ReadAsync(ct))
                .SelectMany(release => new[] { release.Configuration, release.ConfigurationBefore })
                .OfType<string>()
                .FirstOrDefault();
            if (last is not null && await FindAsync(last, ct) is { } saved && JsonNode.DeepEquals(new JsonArray([.. saved]), now))
                return last;
            if (await FindIdenticalAsync(runId, now, ct) is { } identical) return identical;
            var packed = Pack(now);
            if (packed.Length <= MaxSize)
                return await CreateAsync($"rsolv-kept-{runId}-{RandomNumberGenerator.GetHexString(6, lowercase: true)}", packed, ct);
            reporter.Warning(
                $"The ConfigMaps and Secrets of {target.Deployment} are not saved, so that a rollback does not restore them: "
                    + $"compressed they are {packed.Length} bytes, and a Secret can contain {MaxSize}.");
        }
        catch (DeployException e)
        {
            reporter.Warning(
                $"The ConfigMaps and Secrets of {target.Deployment} are not saved, so that a rollback does not restore them: {e.Message}");
        }

        return null;
    }

    // An interrupted run may have saved them before it wrote the history.
    private async Task<string?> FindIdenticalAsync(string runId, JsonArray now, CancellationToken ct)
    {
        await foreach (var secret in cluster.ListAsync(ResourceKind.Secrets, target.Namespace, Selector, null, ct))
        {
            var name = secret.At("metadata", "name").Text() ?? "";
            if (!name.StartsWith($"rsolv-kept-{runId}-", StringComparison.Ordinal)) continue;
            if (await FindAsync(name, ct) is { } saved && JsonNode.DeepEquals(new JsonArray([.. saved]), now)) return name;
        }

        return null;
    }

    /// <summary>The objects of a snapshot; null when the snapshot does not exist.</summary>
    public async Task<IReadOnlyList<JsonObject>?> FindAsync(string name, CancellationToken ct)
    {
        if (await cluster.FindAsync(ResourceKind.Secrets, target.Namespace, name, ct) is not { } secret) return null;
        try
        {
            using var unpacked = new GZipStream(
                new MemoryStream(Convert.FromBase64String(secret.At("data", Key).Text() ?? "")), CompressionMode.Decompress);
            return [.. ((await JsonNode.ParseAsync(unpacked, cancellationToken: ct)) as JsonArray ?? [])
                .OfType<JsonObject>()
                .Select(one => (JsonObject)one.DeepClone())];
        }
        catch (Exception e) when (e is FormatException or InvalidDataException or JsonException)
        {
            throw new DeployException(
                "KeptConfigurationUnreadable",
                FaultCategory.InvalidData,
                $"The configuration snapshot in Secret {target.Namespace}/{name} cannot be read.",
                "Roll back with -ImageOnly or -FromBackup.",
                e)
            {
                Subject = name,
            };
        }
    }

    /// <summary>Deletes the snapshots that no release in the history names any more.</summary>
    public async Task PruneAsync(CancellationToken ct)
    {
        var named = (await new ReleaseHistory(cluster, target).ReadAsync(ct))
            .SelectMany(release => new[] { release.Configuration, release.ConfigurationBefore })
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        await foreach (var secret in cluster.ListAsync(ResourceKind.Secrets, target.Namespace, Selector, null, ct))
        {
            var name = secret.At("metadata", "name").Text() ?? "";
            if (secret["type"].Text() == ReleaseHistory.SnapshotType
                && secret.At("metadata", "annotations", DeploymentAnnotation).Text() == target.Deployment
                && !named.Contains(name))
            {
                await cluster.DeleteAsync(ResourceKind.Secrets, target.Namespace, name, ct);
            }
        }
    }

    /// <summary>The parts of an object that a snapshot contains: its identity, and what pods read.</summary>
    public static JsonObject Reduce(JsonObject resource)
    {
        var reduced = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = resource["kind"]?.DeepClone(),
            ["metadata"] = new JsonObject { ["name"] = resource.At("metadata", "name")?.DeepClone() },
        };
        foreach (var part in (string[])["type", "immutable", "data", "binaryData"])
            if (resource[part] is { } value) reduced[part] = value.DeepClone();
        return reduced;
    }

    private async Task<JsonArray> ReadLiveAsync(JsonObject deployment, CancellationToken ct)
    {
        var names = PodReferences.From(deployment.At("spec", "template", "spec"))
            .Select(reference => (reference.Kind, reference.Name))
            .Distinct()
                .OrderBy(one => one.Kind.Kind, StringComparer.Ordinal).ThenBy(one => one.Name, StringComparer.Ordinal);
        var found = await Task.WhenAll(names.Select(one => cluster.FindAsync(one.Kind, target.Namespace, one.Name, ct)));
        return [.. found.OfType<JsonObject>().Select(Reduce)];
    }

    private static byte[] Pack(JsonArray objects)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize)) JsonSerializer.Serialize(gzip, objects);
        return packed.ToArray();
    }

    private async Task<string> CreateAsync(string name, byte[] packed, CancellationToken ct)
    {
        await cluster.CreateAsync(ResourceKind.Secrets, target.Namespace, new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Secret",
            ["type"] = ReleaseHistory.SnapshotType,
            ["immutable"] = true,
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["labels"] = new JsonObject { ["app.kubernetes.io/managed-by"] = "rsolvdeploy" },
                ["annotations"] = new JsonObject { [DeploymentAnnotation] = target.Deployment },
            },
            ["data"] = new JsonObject { [Key] = Convert.ToBase64String(packed) },
        }, dryRun: false, ct);
        return name;
    }
}
