using RsolvDeploy.Checks;
using RsolvDeploy.Reports;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Core.Tests.Reports;

/// <summary>What a report shows of a ledger, and of results that no ledger holds.</summary>
public class ReportReaderTests
{
    [Fact]
    public void The_ledger_alone_gives_the_whole_report()
    {
        using var run = ReportedRun.Whole();
        var report = run.Report();
        Assert.Equal(
            (ReportVerdict.Succeeded, $"{ReportedRun.Image} runs on production.", "production", "ticket 7"),
            (report.Verdict, report.Headline, report.Target, report.Reason));
        Assert.Equal("rsolv-production/rsolv-platform", report.Deployment);
        Assert.Equal(RunLedger.Actor, report.Operator);
        Assert.Equal(48 + 21 + 312 + 96 + 9 + 75, report.Duration);
        Assert.Equal([48, 21, 312, 96, 9, 75], report.Phases.Select(phase => phase.Duration));
        Assert.All(report.Phases, phase => Assert.Equal("Succeeded", phase.Status));
        Assert.Equal((11, 10, 1), (report.Counts.All, report.Counts.Passed, report.Counts.Warning));
        Assert.Equal(
            (ReportedRun.Image, ReportedRun.PreviousImage, 12L, 11L),
            (report.Change.Image, report.Change.PreviousImage, report.Change.Revision, report.Change.PreviousRevision));
        Assert.Equal(["20261120090000 add_validation_index"], report.Change.Migrations);
        Assert.Equal(2, report.Change.Diff.Count);
        Assert.Equal([0, 1, 2, 3, 3], report.Rollout!.Events.Select(one => one.Ready));
        Assert.Equal(37, report.Backup!.Items);
        var health = report.Measurements.Single(one => one.Name == "Median response time of /health");
        Assert.Equal((42, 39), (health.Before, health.After));
        var scrape = report.Checks.Single(check => check.Id == "prometheus.scrape");
        Assert.Equal([15L, 3.2, "s", "The last scrape is recent"], new[] { scrape.Expected, scrape.Actual, scrape.Unit, scrape.Title });
        Assert.Equal("Tag it: git tag v2.4.0.", Assert.Single(report.Attention).Remedy);
    }

    [Fact]
    public void The_reason_of_a_step_is_the_reason_of_a_run_that_has_none()
    {
        using var run = new ReportedRun(reason: "");
        Assert.Equal("", run.Plan(StepKind.Backup).Report().Reason);
        Assert.Equal("ticket 9", run.PlanWith("""{ "reason": "ticket 9" }""", StepKind.Update).Report().Reason);
    }

    [Fact]
    public void A_release_that_was_rolled_back_is_no_failure_and_names_its_cause()
    {
        using var run = new ReportedRun();
        run.Plan(StepKind.Update, StepKind.Rollback);
        run.Do(StepKind.Update, TimeSpan.FromSeconds(30), target => Failed(run, target));
        Assert.Equal(ReportVerdict.Incomplete, run.Report().Verdict);
        run.Do(StepKind.Rollback, TimeSpan.FromSeconds(30), target =>
            new Rollback(target, run.RunId, StepStatus.Succeeded, []) { Image = ReportedRun.PreviousImage, To = "revision 11" });
        var report = run.End().Report();
        Assert.Equal(ReportVerdict.RolledBack, report.Verdict);
        Assert.Equal(
            $"The release was rolled back. {ReportedRun.PreviousImage} runs again. CrashLoop: it ends again and again", report.Headline);
        Assert.Equal("revision 11", report.Rollback!.Destination);
    }

    [Fact]
    public void A_rollback_that_failed_leaves_a_failed_run()
    {
        using var run = new ReportedRun();
        run.Plan(StepKind.Update);
        run.Do(StepKind.Update, TimeSpan.FromSeconds(30), target => Failed(run, target) with
        {
            Rollback = new Rollback(
                target, run.RunId, StepStatus.Failed, [run.Check(CheckTable.RollbackCompleted, CheckOutcome.NotMet("0 of 3", null))]),
        });
        var report = run.End().Report();
        Assert.Equal(ReportVerdict.Failed, report.Verdict);
        Assert.Equal("Failed", report.Rollback!.Status);
        Assert.Contains("rollback.completed", report.Checks.Select(check => check.Id));
    }

    [Fact]
    public void A_success_after_a_failure_is_judged_by_the_failure()
    {
        using var run = new ReportedRun();
        run.Plan(StepKind.Update, StepKind.Verification);
        run.Do(StepKind.Update, TimeSpan.FromSeconds(30), target => Failed(run, target));
        run.Do(StepKind.Verification, TimeSpan.FromSeconds(1), target => new Verification(target, run.RunId, Verdict.Passed, []));
        Assert.Equal(ReportVerdict.Failed, run.End().Report().Verdict);
    }

    [Fact]
    public void A_step_that_was_interrupted_or_never_began_is_shown_as_that()
    {
        using var run = new ReportedRun();
        run.Plan(StepKind.Backup, StepKind.Update).Start(StepKind.Backup);
        var report = run.Report();
        Assert.Equal(ReportVerdict.Incomplete, report.Verdict);
        Assert.Equal("Back up is interrupted.", report.Headline);
        Assert.Equal(["Interrupted", "Pending"], report.Phases.Select(phase => phase.Status));
        Assert.Equal(["Interrupted", "NotStarted"], run.End().Report().Phases.Select(phase => phase.Status));
    }

    [Fact]
    public void Results_without_a_ledger_make_a_report_too()
    {
        using var run = new ReportedRun();
        var readiness = new Readiness(run.Target, "20261128-140000-ffffff", ReadinessVerdict.NotReady,
            [run.Check(CheckTable.EnvironmentCluster, CheckOutcome.NotMet("no answer", "Start it."))]);
        var report = new ReportReader(run.Clock).Read(readiness.RunId, null, [readiness]);
        Assert.Equal(
            (ReportVerdict.Failed, "Verify the environment failed. environment.cluster: no answer"), (report.Verdict, report.Headline));
        Assert.Null(report.Ledger);
        Assert.Equal(15 * 60, Assert.Single(report.Phases).Estimate!.Usual);
    }

    [Fact]
    public void A_result_of_the_pipeline_that_the_ledger_holds_is_shown_once()
    {
        using var run = ReportedRun.Whole();
        var verification = new Verification(run.Target, run.RunId, Verdict.Passed, []);
        Assert.Equal(6, run.Report(verification).Phases.Count);
        Assert.Equal(7, run.Report(verification, verification).Phases.Count);
    }

    [Fact]
    public void Only_planned_steps_are_no_success()
    {
        using var run = new ReportedRun();
        var planned = new Rollout(run.Target, run.RunId, StepStatus.Planned, []);
        Assert.Equal(ReportVerdict.Planned, run.Report(planned).Verdict);
    }

    [Fact]
    public void Estimates_are_the_checklists_until_three_runs_are_recorded()
    {
        using var run = new ReportedRun();
        foreach (var minutes in new[] { 2, 4, 9 })
        {
            Assert.Equal(new ReportEstimate(7 * 60, 15 * 60, 0), Deploy(minutes));
            run.BeginNext();
        }

        Assert.Equal(new ReportEstimate(4 * 60, 9 * 60, 3), Deploy(1));
        return;

        ReportEstimate? Deploy(int minutes) => run.Plan(StepKind.Update)
            .Do(StepKind.Update, TimeSpan.FromMinutes(minutes), target => new Rollout(target, run.RunId, StepStatus.Succeeded, []))
            .End().Report().Phases[0].Estimate;
    }

    private static Rollout Failed(ReportedRun run, Target target) => new(
        target, run.RunId, StepStatus.Failed, [run.Check(CheckTable.RolloutCompleted, CheckOutcome.NotMet("0 of 3 ready", null))])
    {
        Diagnosis = new Diagnosis("CrashLoop", "it ends again and again"),
    };
}
