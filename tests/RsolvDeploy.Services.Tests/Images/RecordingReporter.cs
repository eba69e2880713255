using System.Collections.Concurrent;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Services.Tests.Images;

/// <summary>Keeps what it was told, and tells when a line comes.</summary>
internal sealed class RecordingReporter : IReporter
{
    private readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConcurrentQueue<ProgressUpdate> Updates { get; } = new();

    public ConcurrentQueue<string> Lines { get; } = new();

    /// <summary>The line to wait for.</summary>
    public string? Awaited { get; init; }

    /// <summary>Ends when the awaited line came.</summary>
    public Task Seen => _seen.Task;

    public void Progress(ProgressUpdate update) => Updates.Enqueue(update);

    public void Verbose(string message)
    {
        Lines.Enqueue(message);
        if (Awaited is not null && message.Trim() == Awaited) _seen.TrySetResult();
    }

    public void Warning(string message) => Lines.Enqueue(message);

    public void Information(string message) => Lines.Enqueue(message);
}
