using RsolvDeploy.Reporting;

namespace RsolvDeploy.Pipeline;

/// <summary>Reports of a step, shown on PowerShell's streams.</summary>
internal sealed class PipelineReporter(PipelineQueue queue, PipelineProgress progress, RsolvCmdlet cmdlet) : IReporter
{
    public void Progress(ProgressUpdate update) => progress.Show(update);

    public void Verbose(string message) => queue.Post(() => cmdlet.WriteVerbose(message));

    public void Warning(string message) => queue.Post(() =>
    {
        // A command that is being stopped may write no more; what was done until then the operator still has to see.
        if (cmdlet.Stopping) cmdlet.Host.UI.WriteWarningLine(message);
        else cmdlet.WriteWarning(message);
    });

    public void Information(string message) => queue.Post(() => cmdlet.WriteInformation(message, ["RsolvDeploy"]));
}
