using System.Text.Json.Serialization;
using RsolvDeploy.Json;
using RsolvDeploy.Redaction;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Steps;

/// <summary>The ledger entries of one step. Nothing is written, and no run is created, before the first change is confirmed.</summary>
/// <param name="pipeline">The pipeline it belongs to.</param>
/// <param name="kind">The kind of the step.</param>
/// <param name="target">The environment it acts on.</param>
/// <param name="runId">The run.</param>
internal sealed class StepJournal(PipelineJournal pipeline, StepKind kind, Target target, string runId)
{
    /// <summary>The run.</summary>
    public string RunId => runId;

    /// <summary>Removes secret values from what leaves the module.</summary>
    public Redactor Redactor => pipeline.Redactor;

    /// <summary>Where a line that could not be written is reported.</summary>
    public IReporter Reporter { get; set; } = SilentReporter.Instance;

    /// <summary>The ledger; opened, and the run created, at first use.</summary>
    public RunLedger Ledger => Reporting(pipeline.Open(target, runId));

    /// <summary>The number and the hash of the last line of the ledger; null when the run has no ledger.</summary>
    public string? Head => pipeline.FindOpen(runId)?.Head;

    /// <summary>The journal of another step of the same run.</summary>
    public StepJournal ForStep(StepKind other) => new(pipeline, other, target, runId);

    /// <summary>Records that a change was confirmed and starts.</summary>
    /// <param name="facts">What a probe needs to determine the outcome of the step when this process dies. Never a secret value.</param>
    /// <param name="json">Serializes the facts.</param>
    public RunLedger Start<TFacts>(TFacts facts, JsonSerializerContext json)
    {
        var ledger = Reporting(pipeline.WritePlan(target, runId));
        Update(facts, json);
        return ledger;
    }

    /// <summary>Records more facts than at the start.</summary>
    public void Update<TFacts>(TFacts facts, JsonSerializerContext json) => Ledger.Append(
        LedgerEvent.Step, new StepStarted(kind, GeneratedJson.ToElement(facts, json)));

    /// <summary>
    /// Marks that the step has made a change: from now on a ledger that cannot be written is a warning, so that it does not stop what has
    /// to follow.
    /// </summary>
    public void MarkChanged()
    {
        if (pipeline.FindOpen(runId) is { } ledger) ledger.IsTolerant = true;
    }

    /// <summary>Records a result when its run has a ledger.</summary>
    /// <param name="result">The result.</param>
    /// <param name="timing">When the step ran; null when it did not run.</param>
    public void Record(IStepResult result, StepTiming? timing = null)
    {
        if (pipeline.FindOpen(runId) is { } open) Reporting(open);
        pipeline.Record(target, runId, RecordedResult.From(kind, result, timing));
        if (pipeline.FindOpen(runId) is { } ledger) ledger.IsTolerant = false;
    }

    private RunLedger Reporting(RunLedger ledger)
    {
        ledger.Reporter = Reporter;
        return ledger;
    }
}
