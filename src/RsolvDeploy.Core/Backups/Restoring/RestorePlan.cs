using System.Text.RegularExpressions;
using RsolvDeploy.Backups.Comparing;
using RsolvDeploy.Backups.Reading;
using RsolvDeploy.Backups.Selection;

namespace RsolvDeploy.Backups.Restoring;

/// <summary>A restore before it changes anything.</summary>
/// <param name="Target">The environment.</param>
/// <param name="Backup">The backup, verified.</param>
/// <param name="Live">The live state.</param>
/// <param name="Filter">The objects that are compared.</param>
/// <param name="Differences">All compared objects.</param>
internal sealed partial record RestorePlan(
    Target Target, BackupFolder Backup, LiveState Live, ObjectFilter Filter, IReadOnlyList<StateDifference> Differences)
{
    private const int ObjectsShown = 50;

    /// <summary>Whether objects that are not in the backup are deleted.</summary>
    public bool Prune { get; init; }

    /// <summary>Whether objects that cannot be changed are deleted and created again.</summary>
    public bool Recreate { get; init; }

    /// <summary>The clock of the checks.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The objects to change.</summary>
    public IReadOnlyList<StateDifference> Changes =>
        Differences.Where(one => one.Change is ObjectChange.Changed or ObjectChange.Deleted || (Prune && one.Change == ObjectChange.Added))
            .ToArray();

    /// <summary>The objects that equal the backup.</summary>
    public IReadOnlyList<RestoredObject> Unchanged => Differences.Where(one => one.Change == ObjectChange.Equal)
        .Select(one => new RestoredObject(one.Kind, one.Name, RestoreAction.Unchanged, "")).ToArray();

    /// <summary>For people, in short.</summary>
    public string Summary => $"{Count(ObjectChange.Changed)} to restore, {Count(ObjectChange.Deleted)} to create"
        + (Prune ? $", {Count(ObjectChange.Added)} to delete" : "");

    /// <summary>For people: the changes of each object; of many objects the first ones.</summary>
    public string Diff => string.Join('\n', Changes.Take(ObjectsShown).Select(Describe))
        + (Changes.Count > ObjectsShown
            ? $"\n… and {Changes.Count - ObjectsShown} more objects; Compare-RsolvState shows all of them"
            : "");

    /// <summary>The changes of one object.</summary>
    public static string Describe(StateDifference change) =>
        change.Change == ObjectChange.Added ? $"- {change.Kind}/{change.Name}" : change.Diff;

    /// <summary>The command of this restore. It continues one that was interrupted; a key or passphrase has to be given again.</summary>
    public string Command => $"Restore-RsolvState {Target.Name} -BackupPath {Quoted(Backup.Path)}"
        + Listed(" -Include ", Filter.Include) + Listed(" -Exclude ", Filter.Exclude) + (Prune ? " -Prune" : "")
        + (Recreate ? " -Recreate" : "");

    private static string Listed(string parameter, IReadOnlyList<string> patterns) =>
        patterns.Count == 0 ? "" : parameter + string.Join(", ", patterns.Select(Quoted));

    private int Count(ObjectChange change) => Differences.Count(one => one.Change == change);

    // PowerShell reads typographic quotes as quotes too.
    private static string Quoted(string text) => $"'{Quotes().Replace(text, "$0$0")}'";

    [GeneratedRegex("['\u2018-\u201b]", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Quotes();
}
