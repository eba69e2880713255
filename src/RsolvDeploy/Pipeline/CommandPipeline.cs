using RsolvDeploy.Runs;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Pipeline;

/// <summary>The commands of this module in one pipeline.</summary>
/// <param name="ledgers">The ledgers of the session.</param>
/// <param name="key">What identifies the pipeline.</param>
internal sealed class CommandPipeline(OpenLedgers ledgers, CancellationToken key)
{
    private int _lastStep;

    /// <summary>What identifies the pipeline.</summary>
    public CancellationToken Key => key;

    /// <summary>The ledger entries of its steps.</summary>
    public PipelineJournal Journal { get; } = new(ledgers);

    /// <summary>How many commands have started and not ended.</summary>
    public int Commands { get; set; }

    /// <summary>Whether the operator stopped it.</summary>
    public bool IsStopped { get; set; }

    /// <summary>Adds a step to the plan.</summary>
    /// <param name="step">The step.</param>
    /// <param name="position">The position of its command in the pipeline, from 1.</param>
    public void Plan(StepInvocation step, int position)
    {
        Journal.Plan(step, behindOtherCommand: _lastStep > 0 && position != _lastStep + 1);
        _lastStep = position;
    }
}
