using RsolvDeploy.Checks;
using RsolvDeploy.Configuration.Values;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Deployments.SignOff;

/// <summary>The checks of a run that a person decides: the approvals that the target requires, and those that steps left open.</summary>
internal static class ManualChecks
{
    /// <summary>Their ids.</summary>
    /// <param name="target">The environment.</param>
    /// <param name="run">The run; null when it is recorded on another machine.</param>
    public static IReadOnlyList<string> IdsOf(Target target, RecordedRun? run) =>
    [
        .. target.Approvals.Select(role => DefinitionOf(role).Id),
        .. target.Tasks.Select(task => CheckTable.Task.For(task.Name, task.Title).Id),
        .. (run?.Checks.Values ?? []).Where(check => check.Status == CheckStatus.Manual && IsOpen(check)).Select(check => check.Id),
    ];

    /// <summary>Judges them by the newest decision about each.</summary>
    /// <param name="target">The environment.</param>
    /// <param name="run">The run.</param>
    /// <param name="approvals">The decisions, oldest first.</param>
    /// <param name="clock">The clock.</param>
    public static IReadOnlyList<Check> Judge(
        Target target, RecordedRun run, IReadOnlyList<Approval> approvals, TimeProvider clock) =>
    [
        .. IdsOf(target, run).Select(id =>
        {
            var definition = CheckTable.Find(id) ?? CheckTable.Approval;
            if (definition.IsTemplate) definition = definition with { Id = id, Title = $"{definition.Title} ({NameOf(id)})" };
            var outcome = Outcome(run, id, approvals.LastOrDefault(one => one.CheckId == id));
            if (target.Tasks.FirstOrDefault(task => $"task.{task.Name}" == id) is { } task)
                (definition, outcome) = (definition with { Title = task.Title }, Assigned(outcome, task));
            return definition.ToCheck(outcome, CheckTimer.Start(clock));
        }),
    ];

    /// <summary>Whether the two persons are the same: the user name decides, on whatever machine.</summary>
    public static bool IsSamePerson(string one, string other) =>
        string.Equals(one.Split('@')[0], other.Split('@')[0], StringComparison.OrdinalIgnoreCase);

    /// <summary>The last part of an id.</summary>
    private static string NameOf(string id) => id[(id.IndexOf('.', StringComparison.Ordinal) + 1)..];

    private static CheckDefinition DefinitionOf(string role) => CheckTable.Approval.For(role, $"{role} approves the run");

    // A rollback by a person records its trigger as a manual check; there is nothing left to decide.
    private static bool IsOpen(RecordedCheck check) => check.Id != CheckTable.TriggerManual.Id;

    private static CheckOutcome Outcome(RecordedRun run, string id, Approval? decision) => decision switch
    {
        null => CheckOutcome.Manual("not decided yet") with
        {
            Remedy = $"Approve-RsolvCheck -RunId {run.Folder.Id} -Id {id}",
        },
        { Approved: true } => CheckOutcome.Met(Describe("approved", decision)),
        _ => CheckOutcome.NotMet(Describe("rejected", decision), "Settle the objection, then approve the check."),
    };

    private static CheckOutcome Assigned(CheckOutcome outcome, TaskSettings task) => outcome.Result != CheckResult.Manual
        ? outcome
        : outcome with
        {
            Evidence = $"{(task.Owner.Length > 0 ? task.Owner : "somebody")} does it within {Duration.Format(task.Due)} of the deployment",
        };

    private static string Describe(string verb, Approval one) =>
        $"{verb} by {one.By} on {one.At.UtcDateTime:yyyy-MM-dd HH:mm} UTC{(one.Comment.Length > 0 ? $": {one.Comment}" : "")}";
}
