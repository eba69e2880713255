using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Runs;

/// <summary>The last releases of a deployment, in a ConfigMap beside it, so that any operator's machine finds the last one that was verified good.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="target">The deployment.</param>
internal sealed class ReleaseHistory(ClusterClient cluster, Target target)
{
    /// <summary>How the ConfigMaps of histories are named.</summary>
    public const string Prefix = "rsolv-history-";

    /// <summary>The type of the Secrets that keep what releases ran with.</summary>
    public const string SnapshotType = "rsolv.dev/kept-configuration";

    private const string Key = "releases.json";
    private const int Kept = 20;
    private const int LongestReason = 500;
    private const int MostMigrations = 50;

    private string Name => Prefix + target.Deployment;

    /// <summary>The releases, newest first; none when nothing is remembered.</summary>
    /// <exception cref="DeployException"><c>HistoryUnreadable</c>, and what the API server refuses.</exception>
    public async Task<IReadOnlyList<Release>> ReadAsync(CancellationToken ct) =>
        Read(await cluster.FindAsync(ResourceKind.ConfigMaps, target.Namespace, Name, ct));

    /// <summary>The newest release that was verified good and is another than what runs; null when there is none.</summary>
    public static Release? LastKnownGood(IReadOnlyList<Release> releases, string running) =>
        releases.FirstOrDefault(release => release is { Verified: true, Status: StepStatus.Succeeded } && release.Image != running);

    /// <summary>Where a way back leads, and why. No image: nothing that was verified good is known.</summary>
    /// <param name="releases">The releases, newest first.</param>
    /// <param name="running">The image that runs now.</param>
    public static (string? Image, string Choice) FindRollback(IReadOnlyList<Release> releases, string running)
    {
        var stands = releases.Any(release => release.Verified && release.Image == running);
        var arrived = releases.Count > 0 && releases[0] is { IsRollback: true, Status: StepStatus.Succeeded } newest && newest.Image == running;
        // Going back twice must not leave good ground again.
        if (stands && (arrived || LastKnownGood(releases, running) is null)) return (running, "it already runs the last release verified good");
        return LastKnownGood(releases, running) is { } good
            ? (good.Image, $"the last release verified good, deployed by {good.By} on {good.At.UtcDateTime:yyyy-MM-dd HH:mm} UTC")
            : (null, "no release in the history was verified good");
    }

    /// <summary>Which Secret keeps the ConfigMaps and Secrets that an image ran with; null when none does.</summary>
    /// <param name="releases">The releases, newest first.</param>
    /// <param name="image">The image.</param>
    public static string? SnapshotFor(IReadOnlyList<Release> releases, string image)
    {
        if (releases.FirstOrDefault(release => release.Image == image && release.Configuration is not null) is { } with) return with.Configuration;
        // It was there before the history began: what was kept right before the first release that followed is what it ran with.
        return releases.TakeWhile(release => release.Image != image).LastOrDefault(release => release.ConfigurationBefore is not null)?.ConfigurationBefore;
    }

    /// <summary>Adds a release. One that this run has added already (it was taken up again) is not added twice.</summary>
    public Task AppendAsync(Release release, CancellationToken ct) => ChangeAsync(
        releases => releases.Any(known => IsSame(known, release))
            ? releases
            : [release with { Reason = release.Reason.Length > LongestReason ? release.Reason[..LongestReason] + "…" : release.Reason }, .. releases.Take(Kept - 1)],
        ct);

    private static bool IsSame(Release known, Release release) =>
        release.RunId.Length > 0 && (known.RunId, known.Image, known.IsRollback, known.Status) == (release.RunId, release.Image, release.IsRollback, release.Status);

    /// <summary>Notes that the newest release of an image was verified good. One that is not remembered is left so.</summary>
    public Task MarkVerifiedAsync(string image, CancellationToken ct) => ChangeAsync(
        releases =>
        {
            var newest = releases.ToList().FindIndex(release => release.Image == image && release.Status == StepStatus.Succeeded);
            return newest < 0 || releases[newest].Verified ? releases : [.. releases.Select((release, index) => index == newest ? release with { Verified = true } : release)];
        },
        ct);

    /// <summary>Notes on the newest release of an image the schema it runs on and what was applied meanwhile. One that nobody remembers is added.</summary>
    /// <param name="running">The release that runs; what the history knows of it is kept.</param>
    /// <param name="ct">Ends it.</param>
    public Task NoteSchemaAsync(Release running, CancellationToken ct) => ChangeAsync(
        releases =>
        {
            var at = releases.ToList().FindIndex(release => release.Image == running.Image);
            if (at < 0) return [running, .. releases.Take(Kept - 1)];
            var known = releases[at];
            IReadOnlyList<SchemaMigration> applied = [.. known.Migrations.Concat(running.Migrations).Distinct().TakeLast(MostMigrations)];
            if (known.Schema == running.Schema && applied.SequenceEqual(known.Migrations)) return releases;
            return [.. releases.Select((release, index) => index == at ? release with { Schema = running.Schema, Migrations = applied } : release)];
        },
        ct);

    // Two machines may write at once: whoever is second reads anew and writes on top.
    private async Task ChangeAsync(Func<IReadOnlyList<Release>, IReadOnlyList<Release>> change, CancellationToken ct) => await ConflictRetry.UpsertAsync(
        async token =>
        {
            var found = await cluster.FindAsync(ResourceKind.ConfigMaps, target.Namespace, Name, token);
            var before = Read(found);
            var after = change(before);
            return ReferenceEquals(after, before) ? found : await WriteAsync(found, after, token);
        },
        ct);

    private Task<JsonObject> WriteAsync(JsonObject? found, IReadOnlyList<Release> releases, CancellationToken ct)
    {
        var map = found ?? new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject { ["name"] = Name, ["labels"] = new JsonObject { ["app.kubernetes.io/managed-by"] = "rsolvdeploy" } },
        };
        map["data"] = new JsonObject { [Key] = JsonSerializer.Serialize(releases, HistoryJson.Default.IReadOnlyListRelease) };
        return found is null
            ? cluster.CreateAsync(ResourceKind.ConfigMaps, target.Namespace, map, dryRun: false, ct)
            : cluster.ReplaceAsync(ResourceKind.ConfigMaps, target.Namespace, Name, map, ct);
    }

    private IReadOnlyList<Release> Read(JsonObject? map)
    {
        if (map.At("data", Key).Text() is not { } text) return [];
        try
        {
            return JsonSerializer.Deserialize(text, HistoryJson.Default.IReadOnlyListRelease) ?? [];
        }
        catch (JsonException e)
        {
            throw new DeployException("HistoryUnreadable", FaultCategory.InvalidData,
                $"The history of {target.Namespace}/{target.Deployment} (ConfigMap {Name}) cannot be read.", $"Correct it, or delete it: kubectl -n {target.Namespace} delete configmap {Name}.", e)
            { Subject = Name };
        }
    }
}

/// <summary>How releases are read and written without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(IReadOnlyList<Release>))]
internal sealed partial class HistoryJson : JsonSerializerContext;
