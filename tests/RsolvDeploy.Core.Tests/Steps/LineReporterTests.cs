using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using RsolvDeploy.Deployments.Checklist;
using RsolvDeploy.Redaction;
using RsolvDeploy.Reporting;
using RsolvDeploy.Reporting.Lines;

namespace RsolvDeploy.Core.Tests.Steps;

/// <summary>A log has a line for each change of state, at least one a minute, and the marks of its CI system.</summary>
public class LineReporterTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider _clock = new(Start);
    private readonly ConcurrentQueue<string> _lines = new();

    private static PhaseResult Phase => new(4, "Update", null)
    {
        Started = Start,
        Estimate = new PhaseEstimate(TimeSpan.FromMinutes(7), TimeSpan.FromMinutes(15), 0),
    };

    [Fact]
    public void A_name_of_a_pod_writes_no_escape_sequence()
    {
        using var log = new LineReporter(SilentReporter.Instance, new PlainLines(), _lines.Enqueue, _clock);
        var reporter = new RedactingReporter(log, new Redactor());
        reporter.Pods(new PodsUpdate("Rolling out", [new PodState("web\u001b]0;x\u0007", "Pending", false, 0, null, null)]));
        reporter.Log(new LogUpdate("web\u009b2J", ["\u001b[2Jstarting"]));
        Assert.Equal(
            ["2026-11-28T12:00:00Z pod web␛]0;x␇ Pending, 0 restarts", "2026-11-28T12:00:00Z log of pod web\ufffd2J: ␛[2Jstarting"],
            _lines);
    }

    [Fact]
    public void Each_change_of_state_is_a_line_and_silence_lasts_at_most_a_minute()
    {
        using var log = new LineReporter(SilentReporter.Instance, new PlainLines(), _lines.Enqueue, _clock);
        log.Phase(new PhaseUpdate(Phase, 7, IsEnd: false));
        var pod = new PodState("web-1", "Pending", false, 0, null, null) { Revision = 2 };
        log.Pods(new PodsUpdate("Rolling out", [pod]));
        log.Pods(new PodsUpdate("Rolling out", [pod])); // unchanged
        log.Pods(new PodsUpdate("Rolling out", [pod with { Phase = "Running", Ready = true }]));
        log.Log(new LogUpdate("web-1", ["starting", "##[error] no database"]));
        log.Progress(new ProgressUpdate("Rolling out", "1 of 2 ready"));
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(5, _lines.Count);
        _clock.Advance(TimeSpan.FromSeconds(1));
        _clock.Advance(TimeSpan.FromMinutes(1));
        log.Phase(new PhaseUpdate(
            Phase with { Status = StepStatus.Succeeded, Duration = TimeSpan.FromSeconds(125), Evidence = "done" }, 7, IsEnd: true));
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(
            [
                "2026-11-28T12:00:00Z Step 4 of 7: Update started, estimated 7 to 15 min",
                "2026-11-28T12:00:00Z pod web-1 Pending, 0 restarts, revision 2",
                "2026-11-28T12:00:00Z pod web-1 Running ready, 0 restarts, revision 2",
                "2026-11-28T12:00:00Z log of pod web-1: starting",
                "2026-11-28T12:00:00Z log of pod web-1: # #[error] no database",
                "2026-11-28T12:01:00Z Step 4 of 7: Update runs for 0:01:00; Rolling out: 1 of 2 ready",
                "2026-11-28T12:02:00Z Step 4 of 7: Update runs for 0:02:00; Rolling out: 1 of 2 ready",
                "2026-11-28T12:02:00Z Step 4 of 7: Update Succeeded after 0:02:05: done",
            ],
            _lines);
    }

    [Theory]
    [InlineData(
        "GITHUB_ACTIONS",
        "::group::Step 4 of 7: Update",
        "::error title=Step 4 of 7%3A Update::50%25 failed%0A##[x]",
        "::endgroup::")]
    [InlineData(
        "TF_BUILD",
        "##[group]Step 4 of 7: Update",
        "##vso[task.logissue type=error;code=Step 4 of 7: Update;]50%AZP25 failed%0A##[x]",
        "##[endgroup]")]
    [InlineData(
        "GITLAB_CI",
        "\u001b[0Ksection_start:1795867200:step_4_of_7__update\r\u001b[0KStep 4 of 7: Update",
        "\u001b[31;1mStep 4 of 7: Update: 50% failed ##[x]\u001b[0m",
        "\u001b[0Ksection_end:1795867200:step_4_of_7__update\r\u001b[0K")]
    public void A_CI_system_gets_its_groups_and_errors_and_no_text_becomes_a_command(
        string variable, string begin, string error, string end)
    {
        var dialect = LineDialects.Find(name => name == variable ? "true" : null)!;
        using var log = new LineReporter(SilentReporter.Instance, dialect, _lines.Enqueue, _clock);
        log.Phase(new PhaseUpdate(Phase, 7, IsEnd: false));
        log.State("a log line\n::error::made up ##vso[task.complete result=Failed;]");
        log.Phase(new PhaseUpdate(Phase with { Status = StepStatus.Failed, Evidence = "50% failed\n##[x]" }, 7, IsEnd: true));
        var lines = _lines.ToList();
        Assert.Equal((begin, error, end), (lines[0], lines[4], lines[5]));
        Assert.Equal("2026-11-28T12:00:00Z a log line ::error::made up # #vso[task.complete result=Failed;]", lines[2]);
        Assert.DoesNotContain('\n', string.Concat(lines));
    }

    [Fact]
    public void Without_a_CI_system_there_is_no_dialect()
    {
        Assert.Null(LineDialects.Find(_ => null));
        Assert.Null(LineDialects.Find(name => name == "GITHUB_ACTIONS" ? "false" : null));
        Assert.IsType<PlainLines>(LineDialects.Find(name => name == "CI" ? "true" : null));
    }

    [Fact]
    public void The_summary_of_the_step_is_a_table_in_which_no_text_is_markup()
    {
        var target = new Target
        {
            Name = "production",
            ConfigurationPath = "rsolv.yaml",
            Namespace = "ns",
            Deployment = "app",
            Environment = "production",
        };
        var failed = Phase with { Status = StepStatus.Failed, Evidence = "<b>a | b</b> [x](http://evil)" };
        var page = StepSummary.ToMarkdown(new DeploymentSummary(target, "run", StepStatus.Failed, [failed])
        {
            Rollback = new Rollback(target, "run", StepStatus.Succeeded, []) { To = "good" },
            Next = "look",
        });
        Assert.StartsWith("**Rollback of production\\: Succeeded\\, to good**", page, StringComparison.Ordinal);
        Assert.Contains(
            "| 4 | Update | Failed | 0:00:00 | 7 to 15 min | &#60;b&#62;a \\| b&#60;\\/b&#62; \\[x\\]\\(http\\:\\/\\/evil\\) |",
            page,
            StringComparison.Ordinal);
    }
}
