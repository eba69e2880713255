namespace RsolvDeploy.Checks;

/// <summary>
/// The one table of checks: every id of the checklist, and the ids that are ours beside it, in the order of the checklist.
/// </summary>
internal static partial class CheckTable
{
    /// <summary>All definitions.</summary>
    public static IReadOnlyList<CheckDefinition> All => Entries.All;

    /// <summary>The definition of an id; of a configured name the one that it is made from.</summary>
    public static CheckDefinition? Find(string id) =>
        All.FirstOrDefault(definition => definition.Id == id)
        ?? All.FirstOrDefault(definition => definition.IsTemplate
            && id.StartsWith(definition.Id[..definition.Id.IndexOf('<', StringComparison.Ordinal)], StringComparison.Ordinal));

    /// <summary>What a step always shows.</summary>
    public static IEnumerable<CheckDefinition> For(StepKind step) =>
        All.Where(definition =>
            !definition.IsTemplate && ((definition.Step == step && !definition.IsConditional) || definition.AlsoBy == step));

    /// <summary>All checks of a step, skipped for one reason.</summary>
    public static Check[] SkipAll(StepKind step, string reason, TimeProvider clock) =>
        [.. For(step).Select(definition => definition.Skip(reason, clock))];

    /// <summary>Checks in the order of the checklist; those of configured names keep theirs at the end.</summary>
    public static Check[] InOrder(IEnumerable<Check> checks)
    {
        var order = All.Select((definition, index) => (definition.Id, index)).ToDictionary(one => one.Id, one => one.index);
        return [.. checks.OrderBy(check => order.GetValueOrDefault(check.Id, int.MaxValue))];
    }

    // A type of its own: its field is set after those of all parts of the table.
    private static class Entries
    {
        internal static readonly CheckDefinition[] All =
        [
            .. Staging, .. Preflight, .. Publish, .. Backup, .. Update, .. Health, .. Migration, .. Monitoring, .. TestData, .. Smoke,
            .. Triggers, .. Rollback, .. Measurement, .. Tasks, .. Completion,
        ];
    }
}
