using System.Text.RegularExpressions;

namespace RsolvDeploy.Backups;

/// <summary>A restore that is still to be made.</summary>
/// <param name="Target">Where to.</param>
/// <param name="Backup">What from; it was found whole.</param>
/// <param name="Live">What is there.</param>
/// <param name="Filter">Which objects were compared.</param>
/// <param name="Differences">Everything that was compared.</param>
internal sealed partial record RestorePlan(Target Target, BackupFolder Backup, LiveState Live, ObjectFilter Filter, IReadOnlyList<StateDifference> Differences)
{
    private const int ObjectsShown = 50;

    /// <summary>Whether objects that the backup does not hold are deleted.</summary>
    public bool Prune { get; init; }

    /// <summary>Whether objects that may not be changed are deleted and made anew.</summary>
    public bool Recreate { get; init; }

    /// <summary>What would be changed.</summary>
    public IReadOnlyList<StateDifference> Changes =>
        [.. Differences.Where(one => one.Change is ObjectChange.Changed or ObjectChange.Deleted || (Prune && one.Change == ObjectChange.Added))];

    /// <summary>What is right already.</summary>
    public IReadOnlyList<RestoredObject> Unchanged =>
        [.. Differences.Where(one => one.Change == ObjectChange.Equal).Select(one => new RestoredObject(one.Kind, one.Name, RestoreAction.Unchanged, ""))];

    /// <summary>For people.</summary>
    public string Summary => $"{Differences.Count(one => one.Change == ObjectChange.Changed)} to set back, {Differences.Count(one => one.Change == ObjectChange.Deleted)} to make anew"
        + (Prune ? $", {Differences.Count(one => one.Change == ObjectChange.Added)} to delete" : "");

    /// <summary>For people too: what is changed, object by object; of very many the first ones.</summary>
    public string Diff => string.Join('\n', Changes.Take(ObjectsShown).Select(Shown)) + (Changes.Count > ObjectsShown ? $"\n… and {Changes.Count - ObjectsShown} more objects; Compare-RsolvState shows them all" : "");

    /// <summary>What is changed of one object.</summary>
    public static string Shown(StateDifference change) => change.Change == ObjectChange.Added ? $"- {change.Kind}/{change.Name}" : change.Diff;

    /// <summary>The command that makes it, and goes on with it when it ended in the middle. A key or passphrase that was given is to be given again.</summary>
    public string Command => $"Restore-RsolvState {Target.Name} -BackupPath {Quoted(Backup.Path)}"
        + Listed(" -Include ", Filter.Include) + Listed(" -Exclude ", Filter.Exclude) + (Prune ? " -Prune" : "") + (Recreate ? " -Recreate" : "");

    private static string Listed(string parameter, IReadOnlyList<string> patterns) =>
        patterns.Count == 0 ? "" : parameter + string.Join(", ", patterns.Select(Quoted));

    // PowerShell takes typographic quotes for quotes too.
    private static string Quoted(string text) => $"'{Quotes().Replace(text, "$0$0")}'";

    [GeneratedRegex("['\u2018-\u201b]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quotes();
}
