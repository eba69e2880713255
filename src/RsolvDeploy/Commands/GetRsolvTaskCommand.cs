using System.Management.Automation;
using RsolvDeploy.Completion;
using RsolvDeploy.Configuration;
using RsolvDeploy.Deployments.SignOff;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Commands;

/// <summary>Lists the tasks of people after a deployment: documentation, training, a look at the metrics.</summary>
/// <remarks>
/// The target configures the tasks (tasks: name, title, owner, due). Each is a manual check of the run, task.&lt;name&gt;;
/// Approve-RsolvCheck fulfills it, also from another machine and after the sign-off, and no open task holds up the sign-off. Due dates
/// count from the release in the history of the cluster, so that every operator sees the same ones. What is open of an earlier release
/// passes on to the newest one. Body is the text of an issue, in Markdown. The command only reads.
/// </remarks>
/// <example>
/// <code>Get-RsolvTask production -Due | Approve-RsolvCheck -Comment 'done with the team'</code>
/// <para>Fulfills everything that is due today or overdue.</para>
/// </example>
/// <example>
/// <code>Get-RsolvTarget | Get-RsolvTask -AsCalendar | Set-Content tasks.ics -NoNewline</code>
/// <para>Writes the open tasks of all targets as a calendar file.</para>
/// </example>
/// <example>
/// <code>Get-RsolvTask production -Due | ForEach-Object { gh issue create --title $_.Title --body $_.Body --assignee $_.Owner }</code>
/// <para>Opens an issue on GitHub for each task that is due.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "RsolvTask", HelpUri = OnlineHelp.Address)]
[OutputType(typeof(RunTask), typeof(string))]
public sealed class GetRsolvTaskCommand : TargetCmdlet
{
    private readonly List<RunTask> _open = [];

    /// <summary>Specifies the runs. Wildcards are permitted. The default is all runs in the history.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(RunIdCompleter))]
    public string[] RunId { get; set; } = ["*"];

    /// <summary>Indicates that only tasks are listed that are not done and due within a day, or overdue.</summary>
    [Parameter]
    public SwitchParameter Due { get; set; }

    /// <summary>Indicates that the tasks that are not done are output as one calendar (RFC 5545) instead.</summary>
    [Parameter]
    public SwitchParameter AsCalendar { get; set; }

    private protected override Func<CancellationToken, Task>? Ending => AsCalendar
        ? cancellationToken => EmitAsync(TaskCalendar.Write(_open, Clock.GetUtcNow()), cancellationToken)
        : null;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var target = ResolveTarget();
        using var cluster = Connect(target);
        var releases = new ReleaseHistory(cluster, target).ReadProvenAsync(Reporter, cancellationToken);
        var approvals = new ApprovalStore(cluster, target).ReadAsync(cancellationToken);
        await Task.WhenAll(releases, approvals);
        var tasks = new RunTasks(target, Clock.GetUtcNow());
        var listed = tasks.From(await releases, await approvals)
            .Where(task => RunId.Any(run => Wildcard.IsMatch(run, task.RunId)) && (!Due || tasks.IsDue(task)))
            .OrderBy(task => task.Due);
        foreach (var task in listed)
        {
            if (!AsCalendar) await EmitAsync(task, cancellationToken);
            else if (task.State != RunTaskState.Done) _open.Add(task);
        }
    }
}
