using k8s.Models;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Triggers;

/// <summary>
/// The crashes of one container, by its restart count and how its instances ended. A container without a readiness probe is ready for a
/// moment each time, so readiness ends nothing.
/// </summary>
/// <param name="longest">How long a container may crash repeatedly.</param>
/// <param name="clock">The clock.</param>
internal sealed class CrashSequence(TimeSpan longest, TimeProvider clock)
{
    // After a run of this length the kubelet forgets the crashes before it.
    private static readonly TimeSpan KubeletReset = TimeSpan.FromMinutes(10);
    // A shorter run proves nothing.
    private static readonly TimeSpan ShortestRecovery = TimeSpan.FromSeconds(10);

    private int? _ends;
    private int _crashes;
    private TimeSpan _longestRun;
    private long? _running;

    /// <summary>Started at the first repeated crash; null while the container does not crash repeatedly.</summary>
    public CheckTimer? Since { get; private set; }

    // A run that lasts much longer than those that crashed ends the sequence.
    private TimeSpan Recovered => Max(Max(longest, ShortestRecovery), Min(_longestRun + _longestRun, KubeletReset));

    private TimeSpan Running => _running is { } since ? clock.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>Whether <see cref="IsOverdue"/> was reported; a container that recovers is reported again.</summary>
    public bool IsReported { get; set; }

    /// <summary>
    /// Whether the container has crashed repeatedly for too long. An instance that has outlived those that crashed may be the one that
    /// stays.
    /// </summary>
    public bool IsOverdue => Since?.Elapsed > longest && (_running is null || Running <= _longestRun);

    /// <summary>Observes the container's status.</summary>
    /// <param name="status">The status.</param>
    /// <param name="hasToEnd">Whether it is an init container that ends before the others start.</param>
    public void Observe(V1ContainerStatus status, bool hasToEnd)
    {
        var ends = ContainerEnds.Count(status, hasToEnd);
        if (_running is not null && Running >= Recovered) Forget();
        var isRunning = status.State?.Running is not null;
        // Of a container that is seen for the first time only the last crashes count, and none while it runs.
        var known = _ends ?? (isRunning ? ends : Math.Max(0, ends - 2));
        // The kubelet may report two ends at once.
        if (ends > known) Add(ends - known, Run(PodReader.Terminated(status)));
        if (!isRunning) _running = null;
        else if (_running is null || ends > known) _running = clock.GetTimestamp();
        _ends = ends;
    }

    private void Add(int crashes, TimeSpan run)
    {
        var isFirst = run >= Recovered;
        if (isFirst) Forget();
        _crashes += isFirst ? 1 : crashes;
        if (run < KubeletReset) _longestRun = Max(_longestRun, run);
        if (_crashes > 1) Since ??= CheckTimer.Start(clock);
    }

    private void Forget() => (_crashes, _longestRun, Since, IsReported) = (0, TimeSpan.Zero, null, false);

    private static TimeSpan Run(V1ContainerStateTerminated? ended) =>
        ended is { StartedAt: { } from, FinishedAt: { } to } && to > from ? to - from : TimeSpan.Zero;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
