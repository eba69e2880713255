using RsolvDeploy.Reporting;
using RsolvDeploy.Reporting.Live;

namespace RsolvDeploy.Pipeline;

/// <summary>Shows the reports of a step on the streams of PowerShell.</summary>
internal sealed class PipelineReporter(PipelineQueue queue, LiveView view, RsolvCmdlet cmdlet) : IReporter
{
    public void Progress(ProgressUpdate update) => view.Show(update);

    public void Phase(PhaseUpdate update) => view.Show(update);

    public void Pods(PodsUpdate update) => view.Show(update);

    public void Log(LogUpdate update) => view.Show(update);

    public void Verbose(string message) => queue.Post(() => cmdlet.WriteVerbose(message));

    public void Warning(string message) => queue.Post(() =>
    {
        // A command that is being stopped may not write; the operator still has to see what was changed.
        if (cmdlet.Stopping) cmdlet.Host.UI.WriteWarningLine(message);
        else cmdlet.WriteWarning(message);
    });

    public void Information(string message) => queue.Post(() => cmdlet.WriteInformation(message, ["RsolvDeploy"]));
}
