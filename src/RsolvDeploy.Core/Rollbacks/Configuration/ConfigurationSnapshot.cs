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
using RsolvDeploy.Storage;

namespace RsolvDeploy.Rollbacks.Configuration;

/// <summary>
/// Saves the pod template of a release, and the ConfigMaps and Secrets that it refers to, in one immutable Secret in the same namespace, so
/// that every operator can roll back to that release. The copies are protected like the originals.
/// </summary>
/// <param name="cluster">The cluster.</param>
/// <param name="target">The deployment.</param>
internal sealed class ConfigurationSnapshot(ClusterClient cluster, Target target)
{
    private const string Key = "objects.json.gz";
    private const string TemplateKey = "template.json.gz";
    private const string DeploymentAnnotation = "rsolv.dev/kept-for";
    private const string Selector = "app.kubernetes.io/managed-by=rsolvdeploy";

    // A Secret can contain 1 MiB.
    private const int MaxSize = 1_000_000;

    // A small archive of a stranger could unpack to gigabytes.
    private const int LargestContent = 64 * 1024 * 1024;

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
            var now = new Content(await ReadLiveAsync(deployment, ct), TemplateOf(deployment));
            last ??= (await new ReleaseHistory(cluster, target).ReadAsync(ct))
                .SelectMany(release => new[] { release.Configuration, release.ConfigurationBefore })
                .OfType<string>()
                .FirstOrDefault();
            if (last is not null && await ReadAsync(last, ct) is { } saved && saved.IsSame(now)) return last;
            if (await FindIdenticalAsync(runId, now, ct) is { } identical) return identical;
            var packed = (Objects: Pack(now.Objects), Template: Pack(now.Template));
            if (packed.Objects.Length + packed.Template.Length <= MaxSize)
                return await CreateAsync($"rsolv-kept-{runId}-{RandomNumberGenerator.GetHexString(6, lowercase: true)}", packed, ct);
            reporter.Warning(
                $"The ConfigMaps and Secrets of {target.Deployment} are not saved, so that a rollback does not restore them: "
                    + $"compressed they are {packed.Objects.Length} bytes, and a Secret can contain {MaxSize}.");
        }
        catch (DeployException e)
        {
            reporter.Warning(
                $"The ConfigMaps and Secrets of {target.Deployment} are not saved, so that a rollback does not restore them: {e.Message}");
        }

        return null;
    }

    // An interrupted run may have saved them before it wrote the history.
    private async Task<string?> FindIdenticalAsync(string runId, Content now, CancellationToken ct)
    {
        await foreach (var secret in cluster.ListAsync(ResourceKind.Secrets, target.Namespace, Selector, null, ct))
        {
            var name = secret.At("metadata", "name").Text() ?? "";
            if (!name.StartsWith($"rsolv-kept-{runId}-", StringComparison.Ordinal)) continue;
            if (await ReadAsync(name, ct) is { } saved && saved.IsSame(now)) return name;
        }

        return null;
    }

    /// <summary>The objects of a snapshot; null when the snapshot does not exist.</summary>
    public async Task<IReadOnlyList<JsonObject>?> FindAsync(string name, CancellationToken ct) =>
        await ReadAsync(name, ct) is { } saved ? [.. saved.Objects.OfType<JsonObject>().Select(one => (JsonObject)one.DeepClone())] : null;

    /// <summary>
    /// The pod template of a snapshot, without the images of the deployed containers; null when there is none, as in a snapshot of an
    /// earlier version.
    /// </summary>
    public async Task<JsonObject?> FindTemplateAsync(string name, CancellationToken ct) => (await ReadAsync(name, ct))?.Template;

    private async Task<Content?> ReadAsync(string name, CancellationToken ct)
    {
        if (await cluster.FindAsync(ResourceKind.Secrets, target.Namespace, name, ct) is not { } secret) return null;
        // Whoever names another Secret in the history must not have it taken for a snapshot.
        if (secret["type"].Text() != ReleaseHistory.SnapshotType) return null;
        try
        {
            return new Content(
                await UnpackAsync(secret, Key, ct) as JsonArray ?? [], await UnpackAsync(secret, TemplateKey, ct) as JsonObject);
        }
        catch (Exception e) when (e is FormatException or InvalidDataException or InputTooLongException or JsonException)
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

    /// <summary>Deletes the snapshots that no release in the history names any more; none while releases are missing there.</summary>
    public async Task PruneAsync(CancellationToken ct)
    {
        if (await new ReleaseHistory(cluster, target).ReadCompleteAsync(ct) is not { } releases) return;
        var named = releases
            .SelectMany(release => new[] { release.Configuration, release.ConfigurationBefore })
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        await foreach (var secret in cluster.ListAsync(ResourceKind.Secrets, target.Namespace, Selector, null, ct))
        {
            var name = secret.At("metadata", "name").Text() ?? "";
            if (secret["type"].Text() == ReleaseHistory.SnapshotType
                && secret.At("metadata", "annotations", DeploymentAnnotation).Text() == target.ReleaseName
                && !named.Contains(name))
            {
                await cluster.DeleteAsync(ResourceKind.Secrets, target.Namespace, DeleteRequest.ForVersion(secret), ct);
            }
        }
    }

    /// <summary>The parts of an object that a snapshot contains: what identifies it, its labels, annotations, owners and data.</summary>
    public static JsonObject Reduce(JsonObject resource)
    {
        var metadata = new JsonObject { ["name"] = resource.At("metadata", "name")?.DeepClone() };
        foreach (var part in ConfigurationChange.Kept)
            if (resource.At("metadata", part) is { } value) metadata[part] = value.DeepClone();
        var reduced = new JsonObject { ["apiVersion"] = "v1", ["kind"] = resource["kind"]?.DeepClone(), ["metadata"] = metadata };
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

    // Without the images that an update sets: releases that differ by their image alone share a snapshot.
    private JsonObject? TemplateOf(JsonObject deployment)
    {
        // Several workloads have several templates; their controllers keep them.
        if (!target.IsOneDeployment || PodTemplate.Of(deployment) is not { } template) return null;
        var saved = ReleaseTemplate.WithoutRestarts(template);
        var container = DeploymentReader.Container(deployment, target);
        foreach (var one in PodTemplate.AllContainers(saved)
            .Where(one => one["name"].Text() is { } name && (name == container || target.AlsoContainers.Contains(name))))
        {
            one.Remove("image");
        }

        return saved;
    }

    private static byte[] Pack(JsonNode? content)
    {
        if (content is null) return [];
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize)) JsonSerializer.Serialize(gzip, content);
        return packed.ToArray();
    }

    private static async Task<JsonNode?> UnpackAsync(JsonObject secret, string key, CancellationToken ct)
    {
        if (secret.At("data", key).Text() is not { Length: > 0 } text) return null;
        using var unpacked = new GZipStream(new MemoryStream(Convert.FromBase64String(text)), CompressionMode.Decompress);
        return await JsonNode.ParseAsync(new BoundedStream(unpacked, LargestContent), cancellationToken: ct);
    }

    private async Task<string> CreateAsync(string name, (byte[] Objects, byte[] Template) packed, CancellationToken ct)
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
                ["annotations"] = new JsonObject { [DeploymentAnnotation] = target.ReleaseName },
            },
            ["data"] = new JsonObject
            {
                [Key] = Convert.ToBase64String(packed.Objects),
                [TemplateKey] = Convert.ToBase64String(packed.Template),
            },
        }, dryRun: false, ct);
        return name;
    }

    private sealed record Content(JsonArray Objects, JsonObject? Template)
    {
        public bool IsSame(Content other) => JsonNode.DeepEquals(Objects, other.Objects) && JsonNode.DeepEquals(Template, other.Template);
    }
}
