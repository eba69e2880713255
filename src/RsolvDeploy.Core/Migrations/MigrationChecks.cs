using RsolvDeploy.Checks;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Migrations;

/// <summary>The checks of a migration.</summary>
internal static class MigrationChecks
{
    private const int VersionsShown = 20;
    private const string CommandRemedy =
        "Look at the Output of the result; a migration that may still run has to end before you try again.";

    /// <summary><c>migration.status</c>.</summary>
    public static CheckOutcome Status(MigrationPlan plan) =>
        CheckOutcome.Met(plan.Before.Pending.Count == 0 ? "none is pending" : $"{plan.Before.Pending.Count} pending: {plan.Pending}");

    /// <summary>All checks of a migration that ended, or that was not needed.</summary>
    /// <param name="plan">The migration.</param>
    /// <param name="after">The migrations afterwards.</param>
    /// <param name="clean">Whether the command succeeded, or was not needed.</param>
    /// <param name="how">How it ended, for people.</param>
    public static Check[] Create(MigrationPlan plan, MigrationList after, bool clean, string how)
    {
        var needed = plan.Before.Pending.Count;
        var remaining = plan.Before.Pending.Count(one => after.Pending.Contains(one));
        var verified = CheckOutcome.MetIf(after.Pending.Count == 0,
            after.Pending.Count == 0
                ? $"{after.Applied.Count} applied: {string.Join(", ", after.Applied.Select(one => one.Version).TakeLast(VersionsShown))}"
                : $"still pending: {string.Join(", ", after.Pending)}",
            "Correct what stopped the migration, then run it again.");
        return ToChecks(plan,
            CheckOutcome.MetIf(clean, how, CommandRemedy).Compared(needed, needed - remaining),
            verified.Compared(0, after.Pending.Count));
    }

    /// <summary>All checks of a migration whose command ended, but whose migrations cannot be listed afterwards.</summary>
    /// <param name="plan">The migration.</param>
    /// <param name="end">How the command ended.</param>
    /// <param name="unreadable">Why they cannot be listed.</param>
    public static Check[] CreateUnverified(MigrationPlan plan, CommandEnd end, DeployException unreadable) => ToChecks(plan,
        CheckOutcome.MetIf(end.Succeeded, end.Description, CommandRemedy).Compared(plan.Before.Pending.Count, null),
        CheckOutcome.NotMet($"{unreadable.Id}: {unreadable.Message}", unreadable.Remedy).Compared(0, null));

    private static Check[] ToChecks(MigrationPlan plan, CheckOutcome applied, CheckOutcome verified) =>
    [
        CheckTable.MigrationStatus.ToCheck(Status(plan), plan.Timer),
        CheckTable.MigrationApplied.ToCheck(applied, plan.Timer),
        CheckTable.MigrationVerified.ToCheck(verified, plan.Timer),
    ];
}
