using System.Collections.Concurrent;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Scenarios;

/// <summary>Keeps the log lines of failing pods.</summary>
internal sealed class LogRecorder : IReporter
{
    public ConcurrentQueue<LogUpdate> Updates { get; } = new();

    public void Log(LogUpdate update) => Updates.Enqueue(update);

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
    }
}
