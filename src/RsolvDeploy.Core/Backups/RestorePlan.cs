namespace RsolvDeploy.Backups;

/// <summary>A restore that is still to be made.</summary>
/// <param name="Target">Where to.</param>
/// <param name="Backup">What from; it was found whole.</param>
/// <param name="Live">What is there.</param>
/// <param name="Differences">Everything that was compared.</param>
internal sealed record RestorePlan(Target Target, BackupFolder Backup, LiveState Live, IReadOnlyList<StateDifference> Differences)
{
    /// <summary>Whether objects that the backup does not hold are deleted.</summary>
    public bool Prune { get; init; }

    /// <summary>Whether objects that may not be changed are deleted and made anew.</summary>
    public bool Recreate { get; init; }

    /// <summary>What would be changed.</summary>
    public IReadOnlyList<StateDifference> Changes =>
        [.. Differences.Where(one => one.Change is ObjectChange.Changed or ObjectChange.Deleted || (Prune && one.Change == ObjectChange.Added))];

    /// <summary>For people.</summary>
    public string Summary => $"{Differences.Count(one => one.Change == ObjectChange.Changed)} to set back, {Differences.Count(one => one.Change == ObjectChange.Deleted)} to make anew"
        + (Prune ? $", {Differences.Count(one => one.Change == ObjectChange.Added)} to delete" : "");
}
