using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Selection;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Comparison;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Rollbacks.Configuration;

/// <summary>Brings the ConfigMaps and Secrets back that pods of a release read, as it had them. Labels, annotations and owners stay as they are.</summary>
internal static class ConfigurationRestore
{
    /// <summary>Finds what differs from what the release had; changes nothing.</summary>
    /// <returns>What goes back, and what does not and why.</returns>
    public static async Task<(IReadOnlyList<ConfigurationChange> Changes, string Note)> PlanAsync(ClusterClient cluster, Target target, RollbackRequest request, string image, CancellationToken ct)
    {
        if (request.ImageOnly) return ([], "left as they are (-ImageOnly)");
        var wanted = request.Configuration;
        try
        {
            wanted ??= await FindKeptAsync(cluster, target, request, image, ct);
        }
        catch (DeployException e) when (e.Id is "Forbidden" or "HistoryUnreadable" or "KeptConfigurationUnreadable")
        {
            // Staying on a broken release is the greater harm; that they stay is said.
            return ([], $"left as they are: {e.Message}");
        }

        if (wanted is null) return ([], "left as they are: what that release had is not kept");
        var changes = new List<ConfigurationChange>();
        var kept = new List<string>();
        var keep = new ObjectFilter(target.Rollback.Keep, []);
        foreach (var one in wanted)
        {
            var kind = one["kind"].Text() == "Secret" ? ResourceKind.Secrets : ResourceKind.ConfigMaps;
            var name = one.At("metadata", "name").Text() ?? "";
            if (!request.ConfigurationFilter.Matches(kind.Kind, name)) continue;
            var live = await cluster.FindAsync(kind, target.Namespace, name, ct);
            var fields = FieldComparer.Compare(Content(one), live is null ? new JsonObject() : Content(live));
            if (live is not null && fields.Count == 0) continue;
            // What is gone altogether cannot be newer: pods could not start without it.
            if (live is not null && target.Rollback.Keep.Count > 0 && keep.Matches(kind.Kind, name)) kept.Add($"{kind.Kind}/{name}");
            else changes.Add(new ConfigurationChange(kind, name, one, live, fields));
        }

        return (changes, kept.Count > 0 ? $"kept as it is now (rollback.keep): {string.Join(", ", kept)}" : changes.Count == 0 ? "they are as that release had them" : "");
    }

    /// <summary>Writes one planned change, guarded by the version it was compared at.</summary>
    /// <exception cref="DeployException"><c>Conflict</c>: the object changed since.</exception>
    public static async Task ApplyAsync(ClusterClient cluster, Target target, ConfigurationChange change, CancellationToken ct)
    {
        if (change.Live is null || change.IsRecreated)
        {
            if (change.Live is not null) await cluster.DeleteAsync(change.Kind, target.Namespace, change.Name, ct);
            await cluster.CreateAsync(change.Kind, target.Namespace, (JsonObject)change.Wanted.DeepClone(), dryRun: false, ct);
            return;
        }

        var next = (JsonObject)change.Live.DeepClone();
        foreach (var part in (string[])["data", "binaryData", "immutable"])
        {
            next.Remove(part);
            if (change.Wanted[part] is { } value) next[part] = value.DeepClone();
        }

        await cluster.ReplaceAsync(change.Kind, target.Namespace, change.Name, next, ct);
    }

    private static async Task<IReadOnlyList<JsonObject>?> FindKeptAsync(ClusterClient cluster, Target target, RollbackRequest request, string image, CancellationToken ct)
    {
        var name = ReleaseHistory.SnapshotFor(await new ReleaseHistory(cluster, target).ReadAsync(ct), image) ?? request.SnapshotBefore;
        return name is null ? null : await new ConfigurationSnapshot(cluster, target).FindAsync(name, ct);
    }

    private static JsonObject Content(JsonObject resource) => new()
    {
        ["kind"] = resource["kind"]?.DeepClone(),
        ["data"] = resource["data"]?.DeepClone() ?? new JsonObject(),
        ["binaryData"] = resource["binaryData"]?.DeepClone() ?? new JsonObject(),
    };
}
