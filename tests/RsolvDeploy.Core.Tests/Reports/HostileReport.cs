using RsolvDeploy.Checks;
using RsolvDeploy.Reports;

namespace RsolvDeploy.Core.Tests.Reports;

/// <summary>A report whose every text tries to be markup, in whatever format it is written.</summary>
internal static class HostileReport
{
    /// <summary>Markup of HTML, SVG, Markdown, templates and terminals, a mention, a table cell and a broken surrogate.</summary>
    public const string Text =
        "</style></title></text><script>window.hostile=1</script><img src=x onerror=\"window.hostile=2\">'\"&amp;"
        + " [x](javascript:window.hostile=3) ![p](http://evil.example/p.png) `code` **bold** @channel #12 | cell {{ 7 | times: 6 }}"
        + " {% raw %} https://evil.example/ \u001b[31m \ud83d\u202e ]]>";

    /// <summary>The report.</summary>
    public static ReportData Create()
    {
        using var run = new ReportedRun(name: Text, reason: Text);
        run.Plan(StepKind.Update, StepKind.Rollback);
        run.Do(StepKind.Update, TimeSpan.FromSeconds(5), target => new Rollout(
            target, run.RunId, StepStatus.Failed,
            [
                run.Check(CheckTable.RolloutCompleted, CheckOutcome.NotMet(Text, Text).Compared(Text, Text, Text)),
                run.Check(CheckTable.UpdateImage.Named(Text), CheckOutcome.Warning(Text, Text)),
            ])
        {
            Image = Text,
            PreviousImage = Text,
            Diff = $"- {Text}\n+ {Text}",
            Diagnosis = new Diagnosis("CrashLoop", Text) { Pod = Text, LastLog = [Text], Remedy = Text },
            Evidence = Text,
            Pods = [new PodState(Text, Text, false, 3, Text, Text) { Reason = Text }],
            Timeline = [new TimelineEntry(run.Clock.GetUtcNow(), Text) { Ready = 0, Old = 1, Desired = 1 }],
        });
        run.Do(StepKind.Rollback, TimeSpan.FromSeconds(5), target => new Rollback(target, run.RunId, StepStatus.Succeeded, [])
        {
            From = Text,
            To = Text,
            Image = Text,
            Choice = Text,
            Reason = Text,
        });
        return run.End().Report() with
        {
            Approvals = [new ReportApproval(Text, true, Text, run.Clock.GetUtcNow(), Text)],
            SignOff = new ReportSignOff("RolledBack", Text, run.Clock.GetUtcNow(), Text),
            Measurements = [new ReportMeasurement(Text, Text) { Before = 1, After = 2, Limit = 3 }],
            Backup = new ReportBackup("Succeeded") { Path = Text, Encryption = Text },
            Ledger = new ReportLedger(4, Text, Text),
        };
    }

    private static CheckDefinition Named(this CheckDefinition definition, string title) =>
        definition with { Id = $"config.{title}", Title = title };
}
