using RsolvDeploy.Runs;

namespace RsolvDeploy.Steps;

/// <summary>
/// What the steps of one pipeline write into the ledgers of their runs: the plan before the first change, the results, and the end. The front end
/// knows which steps belong together; nothing is inferred here. Thread safe.
/// </summary>
/// <param name="ledgers">The ledgers that the front end has open.</param>
internal sealed class PipelineJournal(OpenLedgers ledgers)
{
    private readonly object _one = new();
    private readonly List<PlannedStep> _steps = [];
    private readonly Dictionary<string, RunLedger> _open = [];
    private readonly HashSet<string> _planned = [];
    private readonly Dictionary<string, List<RecordedResult>> _pending = [];

    /// <summary>Whether it continues a run whose plan is written already.</summary>
    public bool IsResumed { get; init; }

    /// <summary>Adds a step, in the order of the pipeline, before any step runs.</summary>
    public void Plan(PlannedStep step)
    {
        lock (_one) _steps.Add(step);
    }

    /// <summary>The ledger of a run; its first line says what the run is about.</summary>
    /// <param name="target">The environment.</param>
    /// <param name="runId">The run.</param>
    /// <param name="reason">Why, for a new run.</param>
    public RunLedger Open(Target target, string runId, string reason = "")
    {
        lock (_one)
        {
            if (_open.TryGetValue(runId, out var open)) return open;
            var ledger = _open[runId] = ledgers.Acquire(runId);
            if (ledger.IsNew)
            {
                ledger.Append(
                    LedgerEvent.Run,
                    new RunOpened(target.Name, target.ConfigurationPath, target.Namespace, target.Deployment, reason, Environment.ProcessId),
                    LedgerJson.Default.RunOpened);
            }

            return ledger;
        }
    }

    /// <summary>The ledger of a run when this pipeline has it open; otherwise null.</summary>
    public RunLedger? FindOpen(string runId)
    {
        lock (_one) return _open.GetValueOrDefault(runId);
    }

    /// <summary>Writes the plan into the ledger of a run, once, and the results that came before the first change.</summary>
    public RunLedger WritePlan(Target target, string runId)
    {
        lock (_one)
        {
            var ledger = Open(target, runId);
            if (!_planned.Add(runId) || IsResumed || _steps.Count == 0) return ledger;
            ledger.Append(LedgerEvent.Plan, new PipelinePlanned(_steps.ToArray()), LedgerJson.Default.PipelinePlanned);
            foreach (var result in _pending.GetValueOrDefault(runId, [])) Write(ledger, result);
            return ledger;
        }
    }

    /// <summary>Records a result. One that changed nothing waits until something of its run is changed.</summary>
    public void Record(Target target, string runId, RecordedResult result)
    {
        lock (_one)
        {
            var idle = result.Status is StepStatus.Planned or StepStatus.Skipped || !new RunFolder(runId).IsRecorded;
            if (idle && !_planned.Contains(runId))
            {
                if (!_pending.TryGetValue(runId, out var pending)) _pending[runId] = pending = [];
                pending.Add(result);
                return;
            }

            Write(WritePlan(target, runId), result);
        }
    }

    /// <summary>Ends the pipeline: its runs know that no further step follows, unless the operator stopped it.</summary>
    /// <param name="stopped">Whether the operator stopped it.</param>
    public void Complete(bool stopped)
    {
        lock (_one)
        {
            foreach (var (runId, ledger) in _open)
            {
                if (!stopped && _planned.Contains(runId)) ledger.TryAppend(LedgerEvent.Ended, new PipelineEnded(), LedgerJson.Default.PipelineEnded);
                ledgers.Release(ledger);
            }

            _open.Clear();
        }
    }

    // What was done is done: its record must not fail it.
    private static void Write(RunLedger ledger, RecordedResult result) => ledger.TryAppend(LedgerEvent.Result, result, LedgerJson.Default.RecordedResult);
}
