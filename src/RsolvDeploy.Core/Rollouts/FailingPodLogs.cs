using System.Collections.Concurrent;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Rollouts;

/// <summary>Reports the newest log lines of each pod whose container ended, while its rollout is watched.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="request">The rollout.</param>
/// <param name="inner">Gets all reports.</param>
/// <param name="ct">Ends the reading with the watch.</param>
internal sealed class FailingPodLogs(ClusterClient cluster, RolloutWatchRequest request, IReporter inner, CancellationToken ct) : IReporter
{
    private const int Lines = 3;
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, int> _restarts = new();
    private readonly ConcurrentBag<Task> _reading = [];

    /// <inheritdoc/>
    public void Pods(PodsUpdate update)
    {
        inner.Pods(update);
        foreach (var pod in update.Pods.Where(pod => !pod.Ready && pod.Restarts > _restarts.GetValueOrDefault(pod.Name)))
        {
            _restarts[pod.Name] = pod.Restarts;
            _reading.Add(ReadAsync(pod.Name));
        }
    }

    /// <inheritdoc/>
    public void State(string text) => inner.State(text);

    /// <inheritdoc/>
    public void Progress(ProgressUpdate update) => inner.Progress(update);

    /// <inheritdoc/>
    public void Verbose(string message) => inner.Verbose(message);

    /// <inheritdoc/>
    public void Warning(string message) => inner.Warning(message);

    /// <inheritdoc/>
    public void Information(string message) => inner.Information(message);

    /// <summary>Waits a second at most for the logs that are being read; the end of the watch ends them.</summary>
    /// <param name="time">The clock.</param>
    public async Task CompleteAsync(TimeProvider time)
    {
        try
        {
            await Task.WhenAll(_reading).WaitAsync(LongestEnd, time, ct);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // They are shown with the diagnosis.
        }
    }

    // The log of the instance that ended, where the cause is; a node that removed it has the one of the next instance.
    private async Task ReadAsync(string pod)
    {
        try
        {
            var tail = new LogTail(request.Target.Namespace, pod, request.Expectation.Container, Lines);
            var lines = await PodLogs.TailOfEndedAsync(cluster, tail, ct);
            if (lines.Count > 0) inner.Log(new LogUpdate(pod, lines));
        }
        catch (Exception e) when (e is DeployException || ct.IsCancellationRequested)
        {
            // The rollout is watched without it; its diagnosis reads the log once more.
        }
    }
}
