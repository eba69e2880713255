using System.Text.Json.Nodes;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Pipeline;

/// <summary>What a command writes into the ledger of its run. Nothing is written, and no run made, before the first change is confirmed.</summary>
/// <param name="command">The command's name.</param>
/// <param name="pipeline">The pipeline it belongs to.</param>
internal sealed class RunRecorder(string command, PlannedPipeline pipeline)
{
    private readonly Dictionary<string, RunLedger> _ledgers = [];
    private bool _left;

    /// <summary>Opens the ledger of a run; the first line says what it is about.</summary>
    public RunLedger Open(Target target, string runId, string reason = "")
    {
        lock (_ledgers)
        {
            if (_ledgers.TryGetValue(runId, out var open)) return open;
            var ledger = _ledgers[runId] = RunLedger.For(runId);
            if (ledger.IsNew)
            {
                ledger.Append(LedgerEvent.Run, new JsonObject
                {
                    ["target"] = target.Name,
                    ["configuration"] = target.ConfigurationPath,
                    ["namespace"] = target.Namespace,
                    ["deployment"] = target.Deployment,
                    ["reason"] = reason,
                    ["process"] = Environment.ProcessId,
                });
            }

            return ledger;
        }
    }

    /// <summary>The step of this command that an interrupted run is in doubt about, when it is being taken up; otherwise null.</summary>
    public ResumedStep? Uncertain(string runId) => RunLedger.FindOpen(runId)?.UncertainStep is { } doubt && doubt.Step.Command == command ? doubt : null;

    /// <summary>A change was confirmed and begins.</summary>
    /// <param name="target">Where.</param>
    /// <param name="runId">The run.</param>
    /// <param name="facts">What is needed to look up what became of it, should this process die. No secret value. One that is taken up keeps those that it began with.</param>
    public RunLedger Begin(Target target, string runId, JsonObject facts)
    {
        var ledger = Open(target, runId);
        pipeline.Write(runId);
        var doubt = Uncertain(runId);
        ledger.Append(LedgerEvent.Step, new JsonObject { ["command"] = command, ["facts"] = doubt?.Step.Facts?.DeepClone() ?? facts });
        if (doubt is not null) ledger.UncertainStep = null;
        return ledger;
    }

    /// <summary>Something more is known of the step that began.</summary>
    public void AddFact(string runId, string fact, string? value)
    {
        lock (_ledgers) _ledgers[runId].Append(LedgerEvent.Step, new JsonObject { ["command"] = command, ["facts"] = new JsonObject { [fact] = value } });
    }

    /// <summary>Records a result as soon as its run has a ledger: what nothing was done for is recorded only among what was.</summary>
    public void Record(IStepResult result)
    {
        if (result is Run) return;
        if (!pipeline.Acts(result.RunId) && (result.Status is StepStatus.Planned or StepStatus.Skipped || !new RunFolder(result.RunId).IsRecorded))
        {
            pipeline.Hold(result.RunId, RecordedResult.From(command, result));
            return;
        }

        var ledger = Open(result.Target, result.RunId);
        pipeline.Write(result.RunId);
        ledger.Append(LedgerEvent.Result, RecordedResult.From(command, result));
    }

    /// <summary>Lets go of what the command holds.</summary>
    /// <param name="stopped">Whether the operator stopped it.</param>
    public void Complete(bool stopped)
    {
        lock (_ledgers)
        {
            if (_left) return;
            _left = true;
            pipeline.Complete(stopped);
            foreach (var ledger in _ledgers.Values) ledger.Dispose();
            _ledgers.Clear();
        }
    }
}
