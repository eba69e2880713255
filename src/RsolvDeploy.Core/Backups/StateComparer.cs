using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Cluster.Comparison;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Backups;

/// <summary>Compares a backup with what is live, or with another backup, object by object and field by field.</summary>
internal static class StateComparer
{
    /// <summary>All objects of both sides, in the order of a restore.</summary>
    public static async Task<IReadOnlyList<StateDifference>> CompareAsync(BackupFolder backup, LiveState live, ObjectFilter filter, CancellationToken ct)
    {
        var differences = new List<StateDifference>();
        foreach (var item in backup.Manifest.Items.Where(item => filter.Takes(item.Kind, item.Name)))
            differences.Add(Compare(item, await backup.ReadObjectAsync(item, ct), live.Find(item.Kind, item.Name), live.Elsewhere));
        var held = backup.Manifest.Items.Select(item => (item.Kind, item.Name)).ToHashSet();
        differences.AddRange(live.Names.Where(name => !held.Contains(name) && filter.Takes(name.Kind, name.Name)).Select(name => new StateDifference(name.Kind, name.Name, ObjectChange.Added, [])));
        return Ordered(differences);
    }

    /// <summary>The same for two backups.</summary>
    public static async Task<IReadOnlyList<StateDifference>> CompareAsync(BackupFolder backup, BackupFolder other, ObjectFilter filter, CancellationToken ct)
    {
        var there = other.Manifest.Items.ToDictionary(item => (item.Kind, item.Name));
        var differences = new List<StateDifference>();
        foreach (var item in backup.Manifest.Items.Where(item => filter.Takes(item.Kind, item.Name)))
        {
            var counterpart = there.Remove((item.Kind, item.Name), out var found) ? await other.ReadObjectAsync(found, ct) : null;
            differences.Add(Compare(item, await backup.ReadObjectAsync(item, ct), counterpart, elsewhere: backup.Manifest.Namespace != other.Manifest.Namespace));
        }

        differences.AddRange(there.Keys.Where(name => filter.Takes(name.Kind, name.Name)).Select(name => new StateDifference(name.Kind, name.Name, ObjectChange.Added, [])));
        return Ordered(differences);
    }

    private static StateDifference Compare(ManifestItem item, JsonObject backup, JsonObject? live, bool elsewhere)
    {
        if (live is null) return new StateDifference(item.Kind, item.Name, ObjectChange.Deleted, []);
        foreach (var side in elsewhere ? [backup, live] : Array.Empty<JsonObject>()) ClusterAssignedFields.Remove(side);
        var fields = FieldComparer.Compare(Comparable(backup), Comparable(live));
        return new StateDifference(item.Kind, item.Name, fields.Count == 0 ? ObjectChange.Equal : ObjectChange.Changed, fields);
    }

    /// <summary>Without what the cluster's controllers count by themselves, and without the namespace: a backup may go into another one.</summary>
    public static JsonObject Comparable(JsonObject resource)
    {
        var copy = (JsonObject)resource.DeepClone();
        if (copy["metadata"] is not JsonObject metadata) return copy;
        metadata.Remove("namespace");
        if (metadata["annotations"] is JsonObject annotations)
        {
            annotations.Remove(DeploymentAnnotations.Revision);
            if (annotations.Count == 0) metadata.Remove("annotations");
        }

        return copy;
    }

    private static IReadOnlyList<StateDifference> Ordered(IEnumerable<StateDifference> differences) =>
        [.. differences.OrderBy(one => BackupKinds.Order(one.Kind)).ThenBy(one => one.Name, StringComparer.Ordinal)];
}
