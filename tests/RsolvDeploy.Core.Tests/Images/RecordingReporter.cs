using System.Collections.Concurrent;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Core.Tests.Images;

/// <summary>Records what is reported.</summary>
internal sealed class RecordingReporter : IReporter
{
    public ConcurrentQueue<ProgressUpdate> Updates { get; } = new();

    public ConcurrentQueue<string> Lines { get; } = new();

    public void Progress(ProgressUpdate update) => Updates.Enqueue(update);

    public void Verbose(string message) => Lines.Enqueue(message);

    public void Warning(string message) => Lines.Enqueue(message);

    public void Information(string message) => Lines.Enqueue(message);
}
