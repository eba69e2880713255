using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Rollouts.Live;

/// <summary>Reads the live state of a deployment, of all its workloads at once; writes nothing.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="target">The deployment.</param>
/// <param name="reporter">Gets a warning for what may not be read.</param>
/// <param name="time">The clock.</param>
internal sealed class LiveDeploymentReader(ClusterClient cluster, Target target, IReporter reporter, TimeProvider time)
{
    /// <summary>Reads it.</summary>
    /// <exception cref="DeployException">A workload is missing, or its pods may not be read.</exception>
    public async Task<LiveDeployment> ReadAsync(CancellationToken ct)
    {
        var holder = ReadOrWarnAsync("The lock", ReadLockAsync, ct);
        var history = ReadOrWarnAsync("The history", async token => await new ReleaseHistory(cluster, target).ReadAsync(token), ct);
        LiveWorkload[] workloads;
        try
        {
            workloads = await Task.WhenAll(target.Workloads.Select(one => ReadAsync(target.For(one), ct)));
        }
        finally
        {
            // Nothing runs behind the caller's back, also when a workload is missing.
            await Task.WhenAll(holder, history);
        }

        var releases = await history ?? [];
        var live = LiveRelease.From(target, workloads, time.GetUtcNow());
        return live with
        {
            Lock = await holder,
            Release = releases.FirstOrDefault(release => release.Image == live.Image && release.Status == StepStatus.Succeeded),
            LastKnownGood = releases.FirstOrDefault(
                release => release is { Verified: true, Status: StepStatus.Succeeded, Problem: null }),
        };
    }

    private async Task<LiveWorkload> ReadAsync(Target one, CancellationToken ct)
    {
        var objects = await LiveObjects.ReadAsync(cluster, one, ct);
        return one.Main.Kind switch
        {
            WorkloadKind.Deployment => new LiveView(one, objects).Create(),
            WorkloadKind.CronJob => LiveCronJob.From(one, objects),
            _ => new LiveSetView(one, objects).Create(),
        };
    }

    private async Task<LockHolder?> ReadLockAsync(CancellationToken ct)
    {
        if (await cluster.FindAsync(ResourceKind.Leases, target.Namespace, DeploymentLock.NameOf(target), ct) is not { } lease) return null;
        var state = LeaseState.Read(lease);
        return state.Holder.Length == 0 ? null : new LockHolder(state.Holder, state.Since, state.Renewed);
    }

    // What an operator may not read does not hide the rest.
    private async Task<T?> ReadOrWarnAsync<T>(string what, Func<CancellationToken, Task<T?>> read, CancellationToken ct)
        where T : class
    {
        try
        {
            return await read(ct);
        }
        catch (DeployException e) when (e.Id is "Forbidden" or "HistoryUnreadable" or "ClusterError")
        {
            reporter.Warning($"{what} of {target.Namespace}/{target.Deployment} is not shown: {e.Message}");
            return null;
        }
    }
}
