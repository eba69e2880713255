using System.Management.Automation;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Errors;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Pipeline;

/// <summary>The steps of an interrupted run that are still to come, as a pipeline.</summary>
/// <param name="target">Where.</param>
/// <param name="was">The run.</param>
/// <param name="steps">All its steps.</param>
/// <param name="open">The place of the first that did not end.</param>
/// <param name="finding">What became of it.</param>
internal sealed class ResumedPipeline(Target target, RunRecord was, IReadOnlyList<RunStep> steps, int open, ProbeResult finding)
{
    private const string Update = "Update-RsolvDeployment";
    private const string Undo = "Undo-RsolvDeployment";

    // A backup that is whole and one that is gone are not made or deleted again; the other steps show once more what they did.
    private readonly bool _past = finding.Done && steps[open].Command is "Backup-RsolvState" or "Remove-RsolvBackup";

    /// <summary>With what it goes on, for whoever has to approve it.</summary>
    public string Summary => finding.RolledBackTo is { } good
        ? $"the way back to {good} ({finding.Evidence})"
        : $"{string.Join(" | ", ToCome.Select(step => step.Command).DefaultIfEmpty("nothing"))} ({steps[open].Command}: {finding.Evidence})";

    /// <summary>Which steps it does not go on to, and why; null when it goes on to the end.</summary>
    public string? LeftOut => steps.Skip(open + 1).FirstOrDefault(step => step.IsFiltered) is { } filtered && finding.RolledBackTo is null
        ? $"It goes on up to {filtered.Command}, before which stood a command that is not of this module. Give what is put out here to it yourself."
        : null;

    private IEnumerable<RunStep> ToCome => steps.Skip(_past ? open + 1 : open).TakeWhile((step, index) => !step.IsFiltered || (index == 0 && !_past));

    /// <summary>Runs it in this session; what its commands put out is handed on one by one.</summary>
    /// <param name="ledger">The ledger of the run.</param>
    /// <param name="output">Takes each result.</param>
    /// <param name="error">Takes each error record.</param>
    /// <returns>True.</returns>
    public bool Invoke(RunLedger ledger, Action<object> output, Action<ErrorRecord> error)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        if (_past) ledger.Append(LedgerEvent.Result, new JsonObject { ["command"] = steps[open].Command, ["type"] = nameof(StateBackup), ["status"] = nameof(StepStatus.Succeeded), ["path"] = steps[open].Facts?["folder"]?.DeepClone() });
        // The update had failed: its own steps behind it would have been skipped.
        if (finding.RolledBackTo is { } good) shell.AddCommand($"RsolvDeploy\\{Undo}").AddParameter("ToDigest", good).AddParameter("Reason", "the rollout failed before the run was interrupted").AddParameter("Confirm", false);
        else foreach (var step in ToCome) Add(shell, step);
        if (shell.Commands.Commands.Count > 0) Invoke(shell, output, error);
        if (finding.RolledBackTo is not null) ledger.Append(LedgerEvent.Result, new JsonObject { ["command"] = Update, ["type"] = nameof(Rollout), ["status"] = nameof(StepStatus.Failed) });
        return true;
    }

    private void Invoke(PowerShell shell, Action<object> output, Action<ErrorRecord> error)
    {
        using var results = new PSDataCollection<PSObject>();
        results.DataAdded += (_, added) => output(results[added.Index]);
        shell.Streams.Error.DataAdded += (_, added) => error(shell.Streams.Error[added.Index]);
        // These take a backup from the pipeline, and their run by name.
        shell.Invoke(IsOwnRun(ToCome.FirstOrDefault()) && finding.RolledBackTo is null ? Array.Empty<IStepResult>() : [Before], results);
    }

    // The first step takes what the one before it had put out.
    private IStepResult Before => (_past ? new StateBackup(target, was.RunId, StepStatus.Succeeded, []) { Path = (string?)steps[open].Facts?["folder"] } : null)
        ?? (open > 0 && !steps[open - 1].IsOver ? RecordedResult.Read(steps[open - 1].Result, target, was.RunId) : null)
        ?? new Run(target, was.RunId) { State = RunState.Running, Operator = was.Operator, Reason = was.Reason, Folder = was.Folder };

    private void Add(PowerShell shell, RunStep step)
    {
        var command = shell.AddCommand($"RsolvDeploy\\{step.Command}");
        foreach (var (name, value) in step.Parameters) command.AddParameter(name, Value(step, name, value));
        if (IsOwnRun(step)) command.AddParameter("Target", Before);
        if (IsOwnRun(step) && !step.Parameters.ContainsKey("BackupPath") && step.Facts?["folder"] is { } folder) command.AddParameter("BackupPath", finding.Folder ?? (string?)folder);
        if (!step.Command.StartsWith("Test-", StringComparison.Ordinal)) command.AddParameter("Confirm", false);
    }

    private static bool IsOwnRun(RunStep? step) => step?.Command is "Restore-RsolvState" or "Remove-RsolvBackup";

    private static object Value(RunStep step, string name, JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => value.GetValue<double>(),
        JsonValueKind.String => value.GetValue<string>(),
        JsonValueKind.Array => value.AsArray().Select(one => (string?)one).ToArray(),
        _ => throw new DeployException("ParameterNotRecorded", FaultCategory.InvalidOperation,
            $"{step.Command} was given -{name}, whose value is not written down (a secret, or no plain value). The run cannot go on without it.", "Begin a new run with it.")
        { Subject = step.Command },
    };
}
