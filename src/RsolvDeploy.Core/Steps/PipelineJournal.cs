using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Redaction;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Steps;

/// <summary>
/// Writes the plan, the results and the end of one pipeline into the ledgers of its runs. The front end adds the steps that belong
/// together; nothing is inferred here. Thread safe.
/// </summary>
/// <param name="ledgers">The ledgers that the front end has open.</param>
internal sealed class PipelineJournal(OpenLedgers ledgers)
{
    private readonly object _one = new();
    private readonly List<(StepInvocation Step, bool BehindOtherCommand)> _steps = [];
    private readonly Dictionary<string, RunLedger> _open = [];
    private readonly HashSet<string> _planned = [];
    private readonly Dictionary<string, List<RecordedResult>> _pending = [];

    /// <summary>Whether it continues a run whose plan is in the ledger.</summary>
    public bool IsResumed { get; init; }

    /// <summary>Whether its run is the whole checklist.</summary>
    public bool IsChecklist { get; init; }

    /// <summary>Removes secret values from what leaves the module.</summary>
    public Redactor Redactor => ledgers.Redactor;

    /// <summary>Adds a step, in the order of the pipeline, before any step runs. Its options are written with the first change.</summary>
    /// <param name="step">The step.</param>
    /// <param name="behindOtherCommand">Whether a command of another module stands before it in the pipeline.</param>
    public void Plan(StepInvocation step, bool behindOtherCommand = false)
    {
        lock (_one) _steps.Add((step, behindOtherCommand));
    }

    /// <summary>Opens the ledger of a run; the first line of a new one describes the run.</summary>
    /// <param name="target">The environment.</param>
    /// <param name="runId">The run.</param>
    /// <param name="reason">The reason of a new run.</param>
    public RunLedger Open(Target target, string runId, string reason = "")
    {
        lock (_one)
        {
            if (_open.TryGetValue(runId, out var open)) return open;
            var ledger = _open[runId] = ledgers.Acquire(runId, target.Signers);
            if (ledger.IsNew)
            {
                ledger.Append(
                    LedgerEvent.Run,
                    new RunOpened(
                        target.Name, target.ConfigurationPath, target.Namespace, target.Deployment, reason, Environment.ProcessId)
                    {
                        Server = ClusterGuard.FindServer(target),
                        Workloads = [.. target.Workloads.Select(one => one.ToString())],
                        IsChecklist = IsChecklist,
                    });
            }

            return ledger;
        }
    }

    /// <summary>Adds steps to the plan of a run that is under way. What was planned before and did not start is then left.</summary>
    public void Extend(Target target, string runId, params PlannedStep[] steps)
    {
        lock (_one)
        {
            if (!new RunFolder(runId).IsRecorded) return;
            Open(target, runId).Append(LedgerEvent.Plan, new PipelinePlanned(steps));
            _planned.Add(runId);
        }
    }

    /// <summary>The ledger of a run when it is open in this pipeline; otherwise null.</summary>
    public RunLedger? FindOpen(string runId)
    {
        lock (_one) return _open.GetValueOrDefault(runId);
    }

    /// <summary>Writes the plan into the ledger of a run, once, and the results from before the first change.</summary>
    public RunLedger WritePlan(Target target, string runId)
    {
        lock (_one)
        {
            var ledger = Open(target, runId);
            if (!_planned.Add(runId) || IsResumed || _steps.Count == 0) return ledger;
            var steps = _steps.Select(one => one.Step.ToPlan() with { BehindOtherCommand = one.BehindOtherCommand });
            ledger.Append(LedgerEvent.Plan, new PipelinePlanned(steps.ToArray()));
            foreach (var result in _pending.GetValueOrDefault(runId, [])) Write(ledger, result);
            return ledger;
        }
    }

    /// <summary>Records a result. The result of a step without a change is kept until its run makes a change.</summary>
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

    /// <summary>Ends the pipeline, and records that no step follows unless the operator stopped it.</summary>
    /// <param name="stopped">Whether the operator stopped it.</param>
    public void Complete(bool stopped)
    {
        lock (_one)
        {
            foreach (var (runId, ledger) in _open)
            {
                if (!stopped && _planned.Contains(runId))
                    ledger.TryAppend(LedgerEvent.Ended, new PipelineEnded());
                ledgers.Release(ledger);
            }

            _open.Clear();
        }
    }

    // A result that cannot be recorded must not fail the step.
    private static void Write(RunLedger ledger, RecordedResult result) =>
        ledger.TryAppend(LedgerEvent.Result, result);
}
