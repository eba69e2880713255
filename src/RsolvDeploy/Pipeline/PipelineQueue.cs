using System.Collections.Concurrent;

namespace RsolvDeploy.Pipeline;

/// <summary>
/// Carries calls from any thread to the pipeline thread, the only one that may write, prompt or show progress.
/// </summary>
/// <param name="input">The cancellation of the work; a call that stops the pipeline cancels it.</param>
internal sealed class PipelineQueue(CancellationTokenSource input) : IDisposable
{
    private readonly BlockingCollection<Action> _calls = [];

    /// <summary>Runs queued calls on this thread until the work has ended and the queue is empty.</summary>
    /// <param name="work">The work that queues them.</param>
    public void PumpUntil(Task work)
    {
        _ = work.ContinueWith(_ => _calls.CompleteAdding(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        foreach (var call in _calls.GetConsumingEnumerable()) call();
    }

    /// <summary>After a call stopped the pipeline: waits for the work to end, and runs what it still has to say. Only that is left to do.</summary>
    /// <param name="work">The work, which <see cref="PumpUntil"/> was called for and which is cancelled.</param>
    public void DrainUntil(Task work)
    {
        foreach (var call in _calls.GetConsumingEnumerable())
        {
            try
            {
                call();
            }
            catch (Exception)
            {
                // A stopped pipeline takes no output and no progress; what stopped it is thrown on by the caller. Last warnings still come through.
            }
        }

        ((IAsyncResult)work).AsyncWaitHandle.WaitOne();
    }

    /// <summary>Queues a call; does not wait for it. A call that comes after the work has ended is dropped: nobody is left to show it.</summary>
    public void Post(Action call)
    {
        try
        {
            _calls.Add(call);
        }
        catch (InvalidOperationException) when (_calls.IsAddingCompleted)
        {
            // A late progress report of a task that was already cancelled.
        }
    }

    /// <summary>Runs a call on the pipeline thread and hands its answer back to the caller.</summary>
    public Task<T> AskAsync<T>(Func<T> call, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls.Add(
            () =>
            {
                try
                {
                    answer.SetResult(call());
                }
                catch (Exception e)
                {
                    // The work learns first that it is cancelled, then that its call failed; the pump rethrows so that PowerShell's flow control goes on.
                    input.Cancel();
                    answer.SetException(e);
                    throw;
                }
            },
            cancellationToken);
        return answer.Task.WaitAsync(cancellationToken);
    }

    public void Dispose() => _calls.Dispose();
}
