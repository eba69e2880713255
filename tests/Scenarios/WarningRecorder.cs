using RsolvDeploy.Reporting;

namespace RsolvDeploy.Scenarios;

/// <summary>Keeps warnings.</summary>
internal sealed class WarningRecorder : IReporter
{
    public List<string> Warnings { get; } = [];

    /// <summary>Called after each warning.</summary>
    public Action? OnWarning { get; init; }

    public void Progress(ProgressUpdate update)
    {
    }

    public void Verbose(string message)
    {
    }

    public void Information(string message)
    {
    }

    public void Warning(string message)
    {
        Warnings.Add(message);
        OnWarning?.Invoke();
    }
}
