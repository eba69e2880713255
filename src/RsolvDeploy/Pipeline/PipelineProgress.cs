using System.Management.Automation;
using RsolvDeploy.Reporting.Live;

namespace RsolvDeploy.Pipeline;

/// <summary>Shows the live view as the progress of PowerShell, which draws it by <c>$PSStyle</c> and <c>-ProgressAction</c>.</summary>
internal sealed class PipelineProgress
{
    private readonly PSCmdlet _cmdlet;

    /// <param name="queue">Carries the rows to the pipeline thread.</param>
    /// <param name="cmdlet">Writes them.</param>
    /// <param name="clock">The clock.</param>
    public PipelineProgress(PipelineQueue queue, PSCmdlet cmdlet, TimeProvider clock)
    {
        _cmdlet = cmdlet;
        View = new LiveView(row => queue.Post(() => Write(row)), clock);
        queue.Post(() => View.Size = TerminalSize.Read(cmdlet)); // the first look at a console takes 10 ms, while the step begins
    }

    /// <summary>The live view.</summary>
    public LiveView View { get; }

    /// <summary>Completes what is still shown. Runs on the pipeline thread, after the queue has ended.</summary>
    public void CompleteAll()
    {
        foreach (var row in View.Complete()) _cmdlet.WriteProgress(Record(row));
    }

    private void Write(LiveRow row)
    {
        _cmdlet.WriteProgress(Record(row));
        View.Size = TerminalSize.Read(_cmdlet); // the next rows fit a terminal that was resized
    }

    private static ProgressRecord Record(LiveRow row) => new(row.Id, row.Activity, row.Status.Length == 0 ? " " : row.Status)
    {
        ParentActivityId = row.Parent ?? -1,
        PercentComplete = row.Percent ?? -1,
        RecordType = row.Completed ? ProgressRecordType.Completed : ProgressRecordType.Processing,
    };
}
