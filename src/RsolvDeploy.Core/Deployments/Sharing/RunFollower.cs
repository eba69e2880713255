using System.Runtime.CompilerServices;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Runs;
using RsolvDeploy.Signing;

namespace RsolvDeploy.Deployments.Sharing;

/// <summary>Shows a run while another process works on it. It reads only.</summary>
/// <param name="clock">The clock.</param>
internal sealed class RunFollower(TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>The run after each change of a step, until no process works on it.</summary>
    /// <param name="folder">The run on this machine.</param>
    /// <param name="trusted">Whose signatures count.</param>
    /// <param name="ct">Cancels.</param>
    public async IAsyncEnumerable<RunRecord> FollowAsync(
        RunFolder folder, TrustedSigners trusted, [EnumeratorCancellation] CancellationToken ct)
    {
        RunRecord? shown = null;
        using var timer = new PeriodicTimer(Pause, clock);
        do
        {
            var run = RecordedRun.From(folder, trusted).ToRecord();
            if (shown is null || IsChange(shown, run)) yield return shown = run;
            if (run.State != RunState.Running) yield break;
        }
        while (await timer.WaitForNextTickAsync(ct));
    }

    /// <summary>The run after each change of its record in the cluster, until it ends or is written no more.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="target">The deployment.</param>
    /// <param name="ct">Cancels.</param>
    public async IAsyncEnumerable<RunRecord> FollowAsync(
        ClusterClient cluster, Target target, [EnumeratorCancellation] CancellationToken ct)
    {
        var record = new SharedRecord(cluster, target);
        RunRecord? shown = null;
        var (written, since) = (default(DateTimeOffset), clock.GetTimestamp());
        using var timer = new PeriodicTimer(4 * Pause, clock);
        do
        {
            if (await record.FindAsync(ct) is not { } shared) yield break;
            if (shared.Written != written) (written, since) = (shared.Written, clock.GetTimestamp());
            // The clock of another machine says nothing: what counts is how long nothing was written.
            var isWorkedOn = shared.Run.FirstOpen >= 0 && clock.GetElapsedTime(since) < 3 * RecordSharing.Interval
                && (shown is not null || cluster.Now - shared.Written < 3 * RecordSharing.Interval);
            var run = (shared.Run with { IsRunning = isWorkedOn }).ToRecord() with { Folder = "" };
            if (shown is null || IsChange(shown, run)) yield return shown = run;
            if (run.State != RunState.Running) yield break;
        }
        while (await timer.WaitForNextTickAsync(ct));
    }

    private static bool IsChange(RunRecord shown, RunRecord run) =>
        shown.RunId != run.RunId || shown.State != run.State || !shown.Phases.SequenceEqual(run.Phases);
}
