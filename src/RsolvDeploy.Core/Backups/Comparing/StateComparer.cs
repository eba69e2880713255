using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Backups.Reading;
using RsolvDeploy.Backups.Selection;
using RsolvDeploy.Cluster.Comparison;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Backups.Comparing;

/// <summary>Compares a backup with the live state, or with another backup, object by object and field by field.</summary>
internal static class StateComparer
{
    /// <summary>Compares a backup with the live state. All objects of both sides, in the order of a restore.</summary>
    public static async Task<IReadOnlyList<StateDifference>> CompareAsync(
        BackupFolder backup, LiveState live, ObjectFilter filter, CancellationToken ct)
    {
        var inBackup = NamesOf(backup);
        filter.RequireNamed([.. inBackup, .. live.Names], $"{backup.Path} and in the cluster");
        var differences = new List<StateDifference>();
        foreach (var item in backup.Manifest.Items.Where(item => filter.Matches(item.Kind, item.Name)))
            differences.Add(Compare(item, await backup.ReadObjectAsync(item, ct), live.Find(item.Kind, item.Name), live.IsOtherNamespace));
        return WithAdded(differences, live.Names.Where(name => !inBackup.Contains(name) && filter.Matches(name.Kind, name.Name)));
    }

    /// <summary>Compares two backups.</summary>
    public static async Task<IReadOnlyList<StateDifference>> CompareAsync(
        BackupFolder backup, BackupFolder other, ObjectFilter filter, CancellationToken ct)
    {
        filter.RequireNamed([.. NamesOf(backup), .. NamesOf(other)], $"{backup.Path} and {other.Path}");
        var there = other.Manifest.Items.ToDictionary(item => (item.Kind, item.Name));
        var differences = new List<StateDifference>();
        foreach (var item in backup.Manifest.Items.Where(item => filter.Matches(item.Kind, item.Name)))
        {
            var counterpart = there.Remove((item.Kind, item.Name), out var found) ? await other.ReadObjectAsync(found, ct) : null;
            differences.Add(
                Compare(item, await backup.ReadObjectAsync(item, ct), counterpart, backup.Manifest.Namespace != other.Manifest.Namespace));
        }

        return WithAdded(differences, there.Keys.Where(name => filter.Matches(name.Kind, name.Name)));
    }

    private static HashSet<(string Kind, string Name)> NamesOf(BackupFolder backup) =>
        [.. backup.Manifest.Items.Select(item => (item.Kind, item.Name))];

    private static StateDifference Compare(ManifestItem item, JsonObject backup, JsonObject? live, bool isOtherNamespace)
    {
        if (live is null) return new StateDifference(item.Kind, item.Name, ObjectChange.Deleted, []);
        if (isOtherNamespace)
        {
            ClusterAssignedFields.Remove(backup);
            ClusterAssignedFields.Remove(live);
        }

        var fields = FieldComparer.Compare(Comparable(backup), Comparable(live));
        return new StateDifference(item.Kind, item.Name, fields.Count == 0 ? ObjectChange.Equal : ObjectChange.Changed, fields);
    }

    /// <summary>An object without the fields that controllers set, and without its namespace, which may be another one.</summary>
    public static JsonObject Comparable(JsonObject resource)
    {
        var copy = (JsonObject)resource.DeepClone();
        if (copy["metadata"] is not JsonObject metadata) return copy;
        metadata.Remove("namespace");
        (metadata["annotations"] as JsonObject)?.Remove(DeploymentAnnotations.Revision);
        // Without the fields that the server assigns, they may be empty.
        foreach (var map in new[] { "annotations", "labels" })
            if (metadata[map] is JsonObject { Count: 0 }) metadata.Remove(map);
        return copy;
    }

    private static StateDifference[] WithAdded(
        List<StateDifference> differences, IEnumerable<(string Kind, string Name)> added) =>
        differences.Concat(added.Select(name => new StateDifference(name.Kind, name.Name, ObjectChange.Added, [])))
            .OrderBy(one => BackupKinds.Order(one.Kind)).ThenBy(one => one.Name, StringComparer.Ordinal).ToArray();
}
