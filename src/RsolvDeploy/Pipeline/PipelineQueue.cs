using System.Collections.Concurrent;

namespace RsolvDeploy.Pipeline;

/// <summary>
/// Carries calls from any thread to the pipeline thread, the only thread that may write, prompt or show progress.
/// </summary>
/// <param name="input">Cancels the work; a call that stops the pipeline triggers it.</param>
internal sealed class PipelineQueue(CancellationTokenSource input) : IDisposable
{
    private readonly BlockingCollection<Action> _calls = [];

    /// <summary>Runs queued calls on this thread until the work has ended and the queue is empty.</summary>
    /// <param name="work">The work that queues the calls.</param>
    public void PumpUntil(Task work)
    {
        _ = work.ContinueWith(
            _ => _calls.CompleteAdding(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        foreach (var call in _calls.GetConsumingEnumerable()) call();
    }

    /// <summary>Runs the remaining calls after one of them stopped the pipeline, and waits for the work to end.</summary>
    /// <param name="work">The cancelled work that <see cref="PumpUntil"/> was called for.</param>
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
                // A stopped pipeline accepts no output and no progress, only warnings. The caller rethrows what stopped it.
            }
        }

        ((IAsyncResult)work).AsyncWaitHandle.WaitOne();
    }

    /// <summary>Queues a call without waiting for it. A call after the end of the work is dropped.</summary>
    public void Post(Action call)
    {
        try
        {
            _calls.Add(call);
        }
        catch (InvalidOperationException) when (_calls.IsAddingCompleted)
        {
            // A late progress report of a cancelled task.
        }
    }

    /// <summary>Runs a call on the pipeline thread and returns its result.</summary>
    public Task<T> InvokeAsync<T>(Func<T> call, CancellationToken cancellationToken)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls.Add(
            () =>
            {
                try
                {
                    result.SetResult(call());
                }
                catch (Exception e)
                {
                    // Cancel the work first, then fail its call; the pump rethrows, so that PowerShell handles the exception.
                    input.Cancel();
                    result.SetException(e);
                    throw;
                }
            },
            cancellationToken);
        return result.Task.WaitAsync(cancellationToken);
    }

    public void Dispose() => _calls.Dispose();
}
