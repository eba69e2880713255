using System.Globalization;
using RsolvDeploy.Checks;
using RsolvDeploy.Reports;

namespace RsolvDeploy.Deployments.SignOff;

/// <summary>The tasks of people after the deployments of a target.</summary>
/// <param name="target">The environment.</param>
/// <param name="now">The time now.</param>
internal sealed class RunTasks(Target target, DateTimeOffset now)
{
    // What is due within a day is for today.
    private static readonly TimeSpan Soon = TimeSpan.FromDays(1);

    /// <summary>Whether a check is a task.</summary>
    public static bool IsTask(string id) => CheckTable.Find(id) == CheckTable.Task;

    /// <summary>Whether a task is to be done today.</summary>
    public bool IsDue(RunTask task) =>
        task.State == RunTaskState.Overdue || (task.State is RunTaskState.Open or RunTaskState.Rejected && task.Due <= now + Soon);

    /// <summary>
    /// The tasks of the releases, newest first. What is open of an earlier release passed on to the one after it; a release that failed or
    /// was rolled back has none.
    /// </summary>
    /// <param name="releases">The releases, newest first.</param>
    /// <param name="approvals">The decisions of their runs, oldest first.</param>
    public IReadOnlyList<RunTask> From(IReadOnlyList<Release> releases, IReadOnlyList<Approval> approvals)
    {
        var stayed = releases
            .Where((release, index) => release is { Status: StepStatus.Succeeded, IsRollback: false, RunId.Length: > 0 }
                && !(index > 0 && releases[index - 1] is { IsRollback: true, Status: StepStatus.Succeeded }))
            .DistinctBy(release => release.RunId)
            .ToList();
        return
        [
            .. stayed.SelectMany((release, index) => target.Tasks
                .Select(task => Create(release, task, approvals))
                .Where(task => index == 0 || task.State is RunTaskState.Done or RunTaskState.Rejected)),
        ];
    }

    private RunTask Create(Release release, TaskSettings task, IReadOnlyList<Approval> approvals)
    {
        var (id, due) = (CheckTable.Task.For(task.Name, task.Title).Id, release.At + task.Due);
        var decision = approvals.LastOrDefault(one => one.RunId == release.RunId && one.CheckId == id && one.Problem is null);
        var open = now > due ? RunTaskState.Overdue : RunTaskState.Open;
        var created = new RunTask(target, release.RunId, id, task.Title, due)
        {
            Owner = task.Owner,
            Image = release.Image,
            State = decision is null ? open : decision.Approved ? RunTaskState.Done : RunTaskState.Rejected,
            By = decision?.By ?? "",
            At = decision?.At,
            Comment = decision?.Comment ?? "",
        };
        return created with { Body = BodyOf(created, release) };
    }

    private string BodyOf(RunTask task, Release release)
    {
        var owner = task.Owner.Length > 0 ? MarkdownText.Escape(task.Owner) : "nobody in particular";
        var (name, by, at) = (MarkdownText.Escape(target.Name), MarkdownText.Escape(release.By), release.At.UtcDateTime);
        var reason = release.Reason.Length > 0 ? $"\n- Reason of the deployment: {MarkdownText.Escape(release.Reason)}" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            - [ ] {MarkdownText.Escape(task.Title)}

            - Owner: {owner}
            - Due: {task.Due.UtcDateTime:yyyy-MM-dd HH:mm} UTC
            - Deployment: {name}, {at:yyyy-MM-dd HH:mm} UTC, by {by}
            - Image: `{release.Image.Replace('`', ' ')}`
            - Run: `{task.RunId}`{reason}

            When it is done: `Approve-RsolvCheck {target.Name} -RunId {task.RunId} -Id {task.Id} -Comment '…'`

            """).ReplaceLineEndings("\n");
    }
}
