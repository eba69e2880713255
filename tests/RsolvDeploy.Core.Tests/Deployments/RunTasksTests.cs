using RsolvDeploy.Deployments.SignOff;

namespace RsolvDeploy.Core.Tests.Deployments;

/// <summary>The tasks of people, from the history and what was decided.</summary>
public sealed class RunTasksTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    private static readonly Target Target = new()
    {
        Name = "production",
        ConfigurationPath = "/rsolv.yaml",
        Namespace = "prod",
        Deployment = "app",
        Environment = "production",
        Tasks =
        [
            new TaskSettings("docs", "Write the *docs* @all", TimeSpan.FromDays(1)) { Owner = "anna" },
            new TaskSettings("metrics", "Look at the metrics", TimeSpan.FromDays(7)),
        ],
    };

    [Fact]
    public void The_newest_release_has_its_tasks_with_their_due_dates()
    {
        var tasks = From([Deployed("a", 30)]);
        Assert.Equal(
            [("task.docs", RunTaskState.Overdue, -6.0, "anna"), ("task.metrics", RunTaskState.Open, 138, "")],
            tasks.Select(task => (task.Id, task.State, (task.Due - Now).TotalHours, task.Owner)));
        Assert.Equal(["task.docs"], tasks.Where(new RunTasks(Target, Now).IsDue).Select(task => task.Id));
    }

    [Fact]
    public void A_decision_of_its_run_fulfills_a_task_and_another_or_unproven_one_does_not()
    {
        Release[] releases = [Deployed("b", 1), Deployed("a", 100)];
        var tasks = new RunTasks(Target, Now).From(
            releases,
            [
                Decided("a", "task.docs"), Decided("b", "task.docs") with { Problem = "is not signed" },
                Decided("b", "task.metrics", approved: false), Decided("b", "task.metrics") with { Comment = "looked" },
            ]);
        // What was open of the earlier release passed on; what was done stays.
        Assert.Equal(
            [("b", "task.docs", RunTaskState.Open), ("b", "task.metrics", RunTaskState.Done), ("a", "task.docs", RunTaskState.Done)],
            tasks.Select(task => (task.RunId, task.Id, task.State)));
        Assert.Equal(("looked", "me@here"), (tasks[1].Comment, tasks[1].By));
        Assert.True(new RunTasks(Target, Now).IsDue(tasks[0]));
        Assert.False(new RunTasks(Target, Now).IsDue(tasks[1]));
    }

    [Fact]
    public void A_release_that_failed_or_was_rolled_back_has_no_tasks()
    {
        Assert.Empty(From([Deployed("a", 1) with { Status = StepStatus.Failed }]));
        Assert.Equal(
            ["a", "a"],
            From([Deployed("c", 1) with { IsRollback = true }, Deployed("b", 2), Deployed("a", 3)]).Select(task => task.RunId));
    }

    [Fact]
    public void The_body_of_an_issue_is_markdown_whose_text_stays_text()
    {
        var body = From([Deployed("a", 1) with { Reason = "ticket <7>", By = "op@host" }])[0].Body;
        Assert.StartsWith("- [ ] Write the \\*docs\\* &#64;all\n", body, StringComparison.Ordinal);
        Assert.Contains("- Reason of the deployment: ticket &lt;7&gt;\n", body, StringComparison.Ordinal);
        Assert.Contains("- Due: 2026-11-29 11:00 UTC\n", body, StringComparison.Ordinal);
        Assert.Contains("`Approve-RsolvCheck production -RunId a -Id task.docs -Comment '…'`", body, StringComparison.Ordinal);
    }

    private static IReadOnlyList<RunTask> From(Release[] releases) => new RunTasks(Target, Now).From(releases, []);

    private static Release Deployed(string run, int hoursAgo) =>
        new("app@sha256:1", Now.AddHours(-hoursAgo)) { RunId = run, Status = StepStatus.Succeeded, By = "op@host" };

    private static Approval Decided(string run, string id, bool approved = true) => new(run, id, approved, "me@here", Now);
}
