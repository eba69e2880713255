using System.Collections.Concurrent;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Services.Tests.Images;

/// <summary>Records all reports and signals the arrival of a line.</summary>
internal sealed class RecordingReporter : IReporter
{
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConcurrentQueue<ProgressUpdate> Updates { get; } = new();

    public ConcurrentQueue<string> Lines { get; } = new();

    /// <summary>The line to wait for.</summary>
    public string? Awaited { get; init; }

    /// <summary>Completes when the awaited line has arrived.</summary>
    public Task Arrived => _arrived.Task;

    public void Progress(ProgressUpdate update) => Updates.Enqueue(update);

    public void Verbose(string message)
    {
        Lines.Enqueue(message);
        if (Awaited is not null && message.Trim() == Awaited) _arrived.TrySetResult();
    }

    public void Warning(string message) => Lines.Enqueue(message);

    public void Information(string message) => Lines.Enqueue(message);
}
