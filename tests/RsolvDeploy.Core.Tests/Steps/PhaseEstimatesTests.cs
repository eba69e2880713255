using System.Text.Json;
using RsolvDeploy.Deployments.Checklist;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Core.Tests.Steps;

/// <summary>A phase is estimated by the checklist until three runs of the target are recorded, then by these.</summary>
public sealed class PhaseEstimatesTests : IDisposable
{
    private readonly string _target = $"target-{Guid.NewGuid():N}";
    private readonly List<RunFolder> _runs = [];

    private static ChecklistPhase Update => ChecklistPhases.All.Single(phase => phase.Kind == StepKind.Update);

    public void Dispose()
    {
        foreach (var run in _runs) Directory.Delete(run.Path, recursive: true);
    }

    [Fact]
    public void Two_runs_are_too_few_and_more_give_median_and_90th_percentile()
    {
        Record(30, StepStatus.Succeeded);
        Record(50, StepStatus.Succeeded);
        Record(900, StepStatus.Failed); // how long a failure takes says nothing
        Assert.Equal(Update.Estimate, PhaseEstimates.For(Update, PhaseEstimates.Read(_target)));
        Assert.Equal("7 to 15 min", Update.Estimate.ToString());

        foreach (var seconds in Enumerable.Range(1, 8)) Record(seconds * 10, StepStatus.Succeeded);
        var estimate = PhaseEstimates.For(Update, PhaseEstimates.Read(_target));
        Assert.Equal(
            (TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(70), 10, "40 to 70 s"),
            (estimate.Usual, estimate.Longest, estimate.Runs, estimate.ToString()));
        Assert.Equal(Update.Estimate, PhaseEstimates.For(Update, PhaseEstimates.Read("another")));
    }

    private void Record(int seconds, StepStatus status)
    {
        var run = new RunFolder(RunId.New(DateTimeOffset.UtcNow));
        _runs.Add(run);
        using var ledger = RunLedger.Open(run);
        ledger.Append(LedgerEvent.Run, new RunOpened(_target, null, "ns", "app", "", 1));
        var planned = new PlannedStep(StepKind.Update, JsonSerializer.SerializeToElement(1));
        ledger.Append(LedgerEvent.Plan, new PipelinePlanned([planned]));
        ledger.Append(
            LedgerEvent.Result,
            new RecordedResult(StepKind.Update, status) { Duration = TimeSpan.FromSeconds(seconds) });
    }
}
