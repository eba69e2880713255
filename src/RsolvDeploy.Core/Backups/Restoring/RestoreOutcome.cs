using RsolvDeploy.Backups.Selection;
using RsolvDeploy.Checks;

namespace RsolvDeploy.Backups.Restoring;

/// <summary>Makes the result of a restore: each object, and how to continue when some are not restored.</summary>
/// <param name="plan">What was wanted.</param>
/// <param name="runId">The run it belongs to.</param>
/// <param name="timer">When it began.</param>
/// <param name="record">Where it is recorded; null when nothing had to be changed.</param>
internal sealed class RestoreOutcome(RestorePlan plan, string runId, CheckTimer timer, string? record)
{
    private const int FailuresNamed = 20;

    public StateRestore ToResult(IReadOnlyList<RestoredObject> items)
    {
        var failed = items.Where(item => item.Action == RestoreAction.Failed).ToList();
        var left = items.Count(item => item.Action == RestoreAction.NotReached);
        var whole = failed.Count + left == 0;
        var outcome = CheckOutcome.MetIf(whole, whole ? Counts(items) : Failures(failed, left),
            $"Correct what is named, then continue with: {plan.Command} - what is right already is left alone; "
                + $"{record} records each object.");
        var check = CheckTable.RestoreApplied.ToCheck(outcome.Compared(items.Count, items.Count - failed.Count - left), timer);
        return new StateRestore(plan.Target, runId, whole ? StepStatus.Succeeded : StepStatus.Failed, [check])
        {
            Path = plan.Backup.Path,
            Record = record,
            Items = [.. items.OrderBy(one => BackupKinds.Order(one.Kind)).ThenBy(one => one.Name, StringComparer.Ordinal)],
        };
    }

    private static string Counts(IReadOnlyList<RestoredObject> items) =>
        string.Join(", ", items.GroupBy(item => item.Action).Select(group => $"{group.Count()} {group.Key.ToString().ToLowerInvariant()}"));

    private static string Failures(List<RestoredObject> failed, int left)
    {
        var named = string.Join("; ", failed.Take(FailuresNamed).Select(item => $"{item.Kind}/{item.Name}: {item.Detail}"));
        var more = failed.Count > FailuresNamed ? $"; and {failed.Count - FailuresNamed} more" : "";
        return $"{named}{more}{(left > 0 ? $"; {left} objects were not reached" : "")}";
    }
}
