using RsolvDeploy.Errors;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Deployments.Sharing;

/// <summary>Keeps the record of a run in the cluster up to date while the run works. What fails is one warning.</summary>
/// <param name="context">The context of the run.</param>
internal sealed class RecordSharing(StepContext context) : IAsyncDisposable
{
    /// <summary>How often it is written at least; a record that stays older than three of them has no process any more.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    // An operator who stops the run does not wait for it.
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _one = new(1);
    private readonly CancellationTokenSource _ended = new();
    private Task? _repetition;
    private bool _isOff;

    /// <summary>Writes it now, and from then on every <see cref="Interval"/>.</summary>
    /// <param name="ct">Cancels.</param>
    public async Task ShareAsync(CancellationToken ct)
    {
        var folder = new RunFolder(context.RunId);
        if (_isOff || !folder.IsRecorded) return;
        await _one.WaitAsync(ct);
        try
        {
            await WriteAsync(folder, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            var error = UnexpectedError.From(e);
            Stop($"Other machines cannot follow this run: {error.Message}");
        }
        finally
        {
            _one.Release();
        }

        if (!_ended.IsCancellationRequested) _repetition ??= RepeatAsync(_ended.Token);
    }

    /// <summary>Writes it for the last time, so that it shows how the run ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        if (_repetition is not null) await _repetition;
        using var limit = new CancellationTokenSource(LongestEnd, context.Clock);
        try
        {
            await ShareAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // The next reader sees that nothing is written any more.
        }

        _ended.Dispose();
        _one.Dispose();
    }

    private async Task WriteAsync(RunFolder folder, CancellationToken ct)
    {
        var record = new SharedRecord(context.Cluster, context.Target);
        if (_repetition is null && await record.FindAsync(ct) is { } other && other.Run.Folder.Id != context.RunId && IsWorkedOn(other))
            Stop($"Other machines cannot follow this run: run {other.Run.Folder.Id} of {other.Run.ToRecord().Operator} is shown there.");
        else if (!await record.WriteAsync(folder, ct))
            Stop("Other machines cannot follow this run any more: its record is larger than a ConfigMap.");
    }

    private bool IsWorkedOn(SharedRun other) =>
        other.Run.FirstOpen >= 0 && context.Cluster.Now - other.Written < 3 * Interval;

    private async Task RepeatAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Interval, context.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(ct)) await ShareAsync(ct);
        }
        catch (OperationCanceledException)
        {
            // The run has ended.
        }
    }

    private void Stop(string problem)
    {
        if (_isOff) return;
        _isOff = true;
        context.Reporter.Warning(problem);
    }
}
