using RsolvDeploy.Checks;

namespace RsolvDeploy.Core.Tests.Reports;

/// <summary>The report of a run with 500 checks and 50 pods.</summary>
internal static class LargeReport
{
    public const int Checks = 500;
    public const int Pods = 50;

    /// <summary>The run.</summary>
    public static ReportedRun Run()
    {
        var run = new ReportedRun();
        run.Plan(StepKind.Update, StepKind.Verification);
        run.Do(StepKind.Update, TimeSpan.FromMinutes(4), target => new Rollout(
            target, run.RunId, StepStatus.Succeeded, Made(run, Checks / 2))
        {
            Image = ReportedRun.Image,
            PreviousImage = ReportedRun.PreviousImage,
            Pods = [.. Enumerable.Range(0, Pods).Select(at =>
                new PodState($"rsolv-platform-6c9d7b8f5-{at:0000}", "Running", true, at % 3, $"node-{at % 7}", "sha256:1f0c"))],
            Timeline = [.. Enumerable.Range(0, Pods + 1).Select(at =>
                new TimelineEntry(run.Clock.GetUtcNow().AddSeconds(at - Pods), $"{at} of {Pods} ready, {Pods - at} old")
                {
                    Desired = Pods,
                    Ready = at,
                    Old = Pods - at,
                    Restarts = at / 5,
                })],
        });
        run.Do(StepKind.Verification, TimeSpan.FromMinutes(2), target =>
            new Verification(target, run.RunId, Verdict.Passed, Made(run, Checks / 2)));
        return run.End();
    }

    private static Check[] Made(ReportedRun run, int count) =>
    [
        .. Enumerable.Range(0, count).Select(at => run.Check(
            CheckTable.PrometheusScrape with { Id = $"metrics.series-{at}", Title = $"Series {at} of the release is scraped" },
            (at % 20 == 0 ? CheckOutcome.Warning("scraped 14.2 s ago, which is near to the limit of 15 s", "Check the load of Prometheus.")
                : CheckOutcome.Met("127.0.0.1:4000 was scraped 3.2 s ago without an error, within the limit of 15 s"))
            .Compared(15, 3.2 + (at / 100.0)))),
    ];
}
