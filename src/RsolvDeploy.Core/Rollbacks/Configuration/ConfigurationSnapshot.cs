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
/// Keeps copies of the ConfigMaps and Secrets that the pods of a release refer to, in one immutable Secret beside them, so that a way back from any
/// machine finds what that release ran with. A copy lies where the original does, and is protected as a Secret is.
/// </summary>
/// <param name="cluster">The cluster.</param>
/// <param name="target">The deployment.</param>
internal sealed class ConfigurationSnapshot(ClusterClient cluster, Target target)
{
    private const string Key = "objects.json.gz";
    private const string For = "rsolv.dev/kept-for";
    private const string Ours = "app.kubernetes.io/managed-by=rsolvdeploy";

    // A Secret may hold 1 MiB.
    private const int Largest = 1_000_000;

    /// <summary>Keeps what is there now, once: when it is as it was kept last, that copy is named again. That it cannot be kept is warned of, and null.</summary>
    /// <param name="deployment">The Deployment whose pods refer to it.</param>
    /// <param name="last">The copy that was made last; null for the last one of the history.</param>
    /// <param name="runId">The run that keeps it.</param>
    /// <param name="reporter">Whom to tell.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<string?> SaveAsync(JsonObject deployment, string? last, string runId, IReporter reporter, CancellationToken ct)
    {
        try
        {
            var now = await ReadLiveAsync(deployment, ct);
            last ??= (await new ReleaseHistory(cluster, target).ReadAsync(ct)).SelectMany(release => new[] { release.Configuration, release.ConfigurationBefore }).OfType<string>().FirstOrDefault();
            if (last is not null && await FindAsync(last, ct) is { } kept && JsonNode.DeepEquals(new JsonArray([.. kept]), now)) return last;
            if (await SameOfAsync(runId, now, ct) is { } same) return same;
            var packed = Pack(now);
            if (packed.Length <= Largest) return await CreateAsync($"rsolv-kept-{runId}-{RandomNumberGenerator.GetHexString(6, lowercase: true)}", packed, ct);
            reporter.Warning($"The ConfigMaps and Secrets of {target.Deployment} are {packed.Length} bytes even when packed, too large to be kept: a way back will leave them as they are.");
        }
        catch (DeployException e)
        {
            reporter.Warning($"The ConfigMaps and Secrets of {target.Deployment} are not kept, so that a way back will leave them as they are: {e.Message}");
        }

        return null;
    }

    // A run that was interrupted may have kept it before its history knew.
    private async Task<string?> SameOfAsync(string runId, JsonArray now, CancellationToken ct)
    {
        await foreach (var secret in cluster.ListAsync(ResourceKind.Secrets, target.Namespace, Ours, null, ct))
        {
            var name = secret.At("metadata", "name").Text() ?? "";
            if (!name.StartsWith($"rsolv-kept-{runId}-", StringComparison.Ordinal)) continue;
            if (await FindAsync(name, ct) is { } kept && JsonNode.DeepEquals(new JsonArray([.. kept]), now)) return name;
        }

        return null;
    }

    /// <summary>What was kept; null when it is gone.</summary>
    public async Task<IReadOnlyList<JsonObject>?> FindAsync(string name, CancellationToken ct)
    {
        if (await cluster.FindAsync(ResourceKind.Secrets, target.Namespace, name, ct) is not { } secret) return null;
        try
        {
            using var unpacked = new GZipStream(new MemoryStream(Convert.FromBase64String(secret.At("data", Key).Text() ?? "")), CompressionMode.Decompress);
            return [.. ((await JsonNode.ParseAsync(unpacked, cancellationToken: ct)) as JsonArray ?? []).OfType<JsonObject>().Select(one => (JsonObject)one.DeepClone())];
        }
        catch (Exception e) when (e is FormatException or InvalidDataException or JsonException)
        {
            throw new DeployException("KeptConfigurationUnreadable", FaultCategory.InvalidData, $"What is kept in Secret {target.Namespace}/{name} cannot be read.", "Go back with -ImageOnly, or with -FromBackup.", e) { Subject = name };
        }
    }

    /// <summary>Deletes what no release of the history names any more.</summary>
    public async Task PruneAsync(CancellationToken ct)
    {
        var named = (await new ReleaseHistory(cluster, target).ReadAsync(ct)).SelectMany(release => new[] { release.Configuration, release.ConfigurationBefore }).OfType<string>().ToHashSet(StringComparer.Ordinal);
        await foreach (var secret in cluster.ListAsync(ResourceKind.Secrets, target.Namespace, Ours, null, ct))
        {
            var name = secret.At("metadata", "name").Text() ?? "";
            if (secret["type"].Text() == ReleaseHistory.SnapshotType && secret.At("metadata", "annotations", For).Text() == target.Deployment && !named.Contains(name))
                await cluster.DeleteAsync(ResourceKind.Secrets, target.Namespace, name, ct);
        }
    }

    /// <summary>What is kept of an object: what tells which one it is, and what pods read of it.</summary>
    public static JsonObject Essence(JsonObject resource)
    {
        var essence = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = resource["kind"]?.DeepClone(),
            ["metadata"] = new JsonObject { ["name"] = resource.At("metadata", "name")?.DeepClone() },
        };
        foreach (var part in (string[])["type", "immutable", "data", "binaryData"])
            if (resource[part] is { } value) essence[part] = value.DeepClone();
        return essence;
    }

    private async Task<JsonArray> ReadLiveAsync(JsonObject deployment, CancellationToken ct)
    {
        var names = PodReferences.From(deployment.At("spec", "template", "spec")).Select(reference => (reference.Kind, reference.Name)).Distinct()
            .OrderBy(one => one.Kind.Kind, StringComparer.Ordinal).ThenBy(one => one.Name, StringComparer.Ordinal);
        var found = await Task.WhenAll(names.Select(one => cluster.FindAsync(one.Kind, target.Namespace, one.Name, ct)));
        return [.. found.OfType<JsonObject>().Select(Essence)];
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
                ["annotations"] = new JsonObject { [For] = target.Deployment },
            },
            ["data"] = new JsonObject { [Key] = Convert.ToBase64String(packed) },
        }, dryRun: false, ct);
        return name;
    }
}
