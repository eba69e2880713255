using RsolvDeploy.Checks;

namespace RsolvDeploy.Migrations;

/// <summary>The checks of a migration.</summary>
internal static class MigrationChecks
{
    private const int Shown = 20;

    /// <summary><c>migration.status</c>.</summary>
    public static CheckOutcome Status(MigrationPlan plan) =>
        CheckOutcome.Met(plan.Before.Pending.Count == 0 ? "none is pending" : $"{plan.Before.Pending.Count} pending: {plan.Pending}");

    /// <summary>All checks of a migration that ended, or that was not needed.</summary>
    /// <param name="plan">What was there before.</param>
    /// <param name="after">What is there afterwards.</param>
    /// <param name="clean">Whether the command ended without error, or was not needed.</param>
    /// <param name="how">How it ended, in words.</param>
    public static Check[] Create(MigrationPlan plan, MigrationList after, bool clean, string how)
    {
        var needed = plan.Before.Pending.Count;
        var remaining = plan.Before.Pending.Count(one => after.Pending.Contains(one));
        var applied = CheckOutcome.MetIf(clean, how, "Look at the Output of the result; a migration that may still run has to end before you try again.");
        var verified = CheckOutcome.MetIf(after.Pending.Count == 0,
            after.Pending.Count == 0
                ? $"{after.Applied.Count} applied: {string.Join(", ", after.Applied.Select(one => one.Version).TakeLast(Shown))}"
                : $"still pending: {string.Join(", ", after.Pending)}",
            "Correct what stopped the migration, then run it again.");
        return
        [
            CheckTable.MigrationStatus.ToCheck(Status(plan), plan.Timer),
            CheckTable.MigrationApplied.ToCheck(applied.Compared(needed, needed - remaining), plan.Timer),
            CheckTable.MigrationVerified.ToCheck(verified.Compared(0, after.Pending.Count), plan.Timer),
        ];
    }
}
