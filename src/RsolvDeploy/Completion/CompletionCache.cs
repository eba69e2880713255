using System.Collections.Concurrent;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Completion;

/// <summary>
/// What completers read from a cluster, kept for a while. The key Tab waits 200 ms at most: what comes later is there at the next one.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class CompletionCache(TimeProvider time)
{
    // PowerShell itself takes some 30 ms of the 200.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BeforeNextTry = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<string, (long Since, Task<IReadOnlyList<Candidate>?> Read)> _reads = new();

    /// <summary>What was read within the last 30 seconds, or is read within 150 ms; nothing when the cluster cannot be asked.</summary>
    /// <param name="key">What is read of which target.</param>
    /// <param name="read">Reads it.</param>
    public IReadOnlyList<Candidate> Get(string key, Func<CancellationToken, Task<IReadOnlyList<Candidate>>> read)
    {
        var (since, task) = _reads.GetOrAdd(key, _ => Start(read));
#pragma warning disable VSTHRD002 // PowerShell asks for completions synchronously; the read runs on another thread.
        if (task.IsCompleted && time.GetElapsedTime(since) > (task.Result is null ? BeforeNextTry : Fresh))
            (_, task) = _reads[key] = Start(read);
        return task.Wait(LongestWait) ? task.Result ?? [] : [];
#pragma warning restore VSTHRD002
    }

    private (long Since, Task<IReadOnlyList<Candidate>?> Read) Start(Func<CancellationToken, Task<IReadOnlyList<Candidate>>> read) =>
        (time.GetTimestamp(), Task.Run(() => ReadAsync(read)));

    private async Task<IReadOnlyList<Candidate>?> ReadAsync(Func<CancellationToken, Task<IReadOnlyList<Candidate>>> read)
    {
        using var limit = new CancellationTokenSource(LongestRead, time);
        try
        {
            return await read(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DeployException or OperationCanceledException)
        {
            return null; // the command itself reports why
        }
    }
}
