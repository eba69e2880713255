using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Selection;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollbacks.Configuration;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Rollbacks;

/// <summary>
/// Restores the ConfigMaps and Secrets that the pods of a release refer to, as far as they belong to the release. Labels, annotations and
/// owners do not change.
/// </summary>
internal static class ConfigurationRestore
{
    /// <summary>Compares the live objects with those of the release; changes nothing.</summary>
    /// <returns>The objects to restore, and a note about what is left as it is, with the reasons.</returns>
    /// <exception cref="DeployException"><c>NamedObjectNotFound</c>: neither the release nor the namespace has an excluded object.
    /// </exception>
    public static async Task<(IReadOnlyList<ConfigurationChange> Changes, string Note)> PlanAsync(
        ClusterClient cluster, Target target, RollbackRequest request, string image, CancellationToken ct)
    {
        if (request.ImageOnly) return ([], "not restored (-ImageOnly)");
        var wanted = request.Configuration;
        try
        {
            wanted ??= await FindSnapshotAsync(cluster, target, request, image, ct);
        }
        catch (DeployException e) when (e.Id is "Forbidden" or "HistoryUnreadable" or "KeptConfigurationUnreadable")
        {
            // Staying on a broken release is worse; the note reports that the configuration is not restored.
            return ([], $"not restored: {e.Message}");
        }

        await RequireExcludedAsync(cluster, target, request.ConfigurationFilter, wanted ?? [], ct);
        if (wanted is null) return ([], "not restored: no snapshot of that release exists");
        var plan = new ConfigurationPlan(target.Rollback.Keep);
        var owners = new LivingOwners(cluster, target.Namespace);
        foreach (var one in wanted)
        {
            var (kind, name) = Identify(one);
            if (!request.ConfigurationFilter.Matches(kind.Kind, name)) continue;
            var live = await cluster.FindAsync(kind, target.Namespace, name, ct);
            plan.Add(kind, name, live is null ? await owners.KeepAsync(one, ct) : one, live);
        }

        return (plan.Changes, plan.Note);
    }

    /// <summary>Writes one planned change, at the version that was compared.</summary>
    /// <exception cref="DeployException"><c>Conflict</c>: the object has changed since.</exception>
    public static async Task ApplyAsync(ClusterClient cluster, Target target, ConfigurationChange change, CancellationToken ct)
    {
        if (change.Live is null || change.IsRecreated)
        {
            if (change.Live is not null)
                await cluster.DeleteAsync(change.Kind, target.Namespace, DeleteRequest.ForVersion(change.Live), ct);
            await cluster.CreateAsync(change.Kind, target.Namespace, change.Recreated(), dryRun: false, ct);
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

    // A mistyped exclusion would restore the object.
    private static async Task RequireExcludedAsync(
        ClusterClient cluster, Target target, ObjectFilter filter, IReadOnlyList<JsonObject> wanted, CancellationToken ct)
    {
        var named = filter.Named;
        if (named.Count == 0) return;
        var known = wanted.Select(Identify).Select(one => (one.Kind.Kind, one.Name)).ToList();
        var others = ((ResourceKind[])[ResourceKind.ConfigMaps, ResourceKind.Secrets])
            .SelectMany(kind => named.Select(one => (Kind: kind, Name: NameIn(kind, one))))
            .Where(one => one.Name.Length > 0 && !known.Contains((one.Kind.Kind, one.Name)));
        var living = await Task.WhenAll(others.Select(async one =>
            (one, Found: await cluster.FindAsync(one.Kind, target.Namespace, one.Name, ct))));
        known.AddRange(living.Where(read => read.Found is not null).Select(read => (read.one.Kind.Kind, read.one.Name)));
        filter.RequireNamed(known, $"the release to restore and in the namespace {target.Namespace}");
    }

    // Of Secret/app it is app; nothing of another kind. Names in a cluster are in lower case.
    private static string NameIn(ResourceKind kind, string named) =>
        named.StartsWith($"{kind.Kind}/", StringComparison.OrdinalIgnoreCase) ? named[(kind.Kind.Length + 1)..].ToLowerInvariant() : "";

    private static (ResourceKind Kind, string Name) Identify(JsonObject one) => (
        one["kind"].Text() == "Secret" ? ResourceKind.Secrets : ResourceKind.ConfigMaps,
        one.At("metadata", "name").Text() ?? "");

    private static async Task<IReadOnlyList<JsonObject>?> FindSnapshotAsync(
        ClusterClient cluster, Target target, RollbackRequest request, string image, CancellationToken ct)
    {
        var history = new ReleaseHistory(cluster, target);
        var releases = request.Unattended
            ? (await history.ReadUnattendedAsync(SilentReporter.Instance, ct)).Releases
            : await history.ReadProvenAsync(SilentReporter.Instance, ct);
        var name = ReleaseChoice.SnapshotFor(releases, image) ?? request.SnapshotBefore;
        return name is null ? null : await new ConfigurationSnapshot(cluster, target).FindAsync(name, ct);
    }
}
