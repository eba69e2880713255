using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Updates;

/// <summary>
/// Watches the rollouts of all workloads of a release, whoever began them, to one verdict. An update in order writes one workload after the
/// other: while a run holds the lock and the images differ, the next write is waited for.
/// </summary>
/// <param name="context">The step's context.</param>
/// <param name="timeout">How long to watch.</param>
internal sealed class ReleaseWatch(StepContext context, TimeSpan timeout)
{
    // How often the workloads are read while the next write is waited for.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly long _started = context.Clock.GetTimestamp();
    private readonly LeaseObservation _lock = new(context.Clock);

    private TimeSpan Left => timeout - context.Clock.GetElapsedTime(_started);

    /// <summary>Watches them to their end.</summary>
    public async Task<Rollout> RunAsync(CancellationToken ct)
    {
        var workloads = context.Target.Workloads;
        var parts = await Task.WhenAll(workloads.Select(one => WatchAsync(one, ct)));
        while (!Array.Exists(parts, part => part.HasFailed) && await WrittenSinceAsync(parts, ct) is { Count: > 0 } written)
        {
            var again = await Task.WhenAll(written.Select(one => WatchAsync(one, ct)));
            parts = [.. parts.Select(part => Array.Find(again, one => one.Plan.Workload == part.Plan.Workload) ?? part)];
        }

        var plans = parts.Select(part => part.Plan).ToList();
        var main = plans.First(plan => plan.Workload == context.Target.Main);
        var release = new ReleaseOutcome(context, new ReleasePlan(context.Target, main.Image, plans)).CreateResult(parts);
        return IsOneImage(plans) ? release : release with { Checks = [.. release.Checks.Select(check => Warn(check, plans))] };
    }

    private Task<ReleasePart> WatchAsync(Workload workload, CancellationToken ct) =>
        new WorkloadWatch(context, context.Target.For(workload), Left > TimeSpan.Zero ? Left : TimeSpan.Zero).RunAsync(ct);

    // The workloads that were written after their watch had begun; none when nobody writes any more.
    private async Task<IReadOnlyList<Workload>> WrittenSinceAsync(IReadOnlyList<ReleasePart> parts, CancellationToken ct)
    {
        while (Left > TimeSpan.Zero)
        {
            var isHeld = await IsHeldAsync(ct);
            var now = await Task.WhenAll(parts.Select(async part =>
                (part.Plan.Workload, IsWritten: await GenerationAsync(part, ct) != DeploymentReader.Generation(part.Plan.Observed))));
            var written = now.Where(one => one.IsWritten).Select(one => one.Workload).ToList();
            if (written.Count > 0 || !isHeld || IsOneImage(parts.Select(part => part.Plan))) return written;
            await Task.Delay(Left < Pause ? Left : Pause, context.Clock, ct);
        }

        return [];
    }

    private async Task<long> GenerationAsync(ReleasePart part, CancellationToken ct)
    {
        var kind = WorkloadKinds.ResourceOf(part.Plan.Workload.Kind);
        return DeploymentReader.Generation(
            await context.Cluster.GetAsync(kind, context.Target.Namespace, part.Plan.Workload.Name, ct));
    }

    // A lock that nobody renews belongs to a run that died.
    private async Task<bool> IsHeldAsync(CancellationToken ct)
    {
        try
        {
            var name = DeploymentLock.NameOf(context.Target);
            if (await context.Cluster.FindAsync(ResourceKind.Leases, context.Target.Namespace, name, ct) is not { } found) return false;
            var lease = LeaseState.Read(found);
            _lock.Observe(lease);
            return !lease.IsReleased && _lock.UntilExpiry(lease) > TimeSpan.Zero;
        }
        catch (DeployException e) when (e.Id == "Forbidden")
        {
            return false; // whoever may not read it watches what was written
        }
    }

    private static bool IsOneImage(IEnumerable<UpdatePlan> plans) =>
        plans.Select(plan => plan.Image).ToList() is var images && images.TrueForAll(image => ImageIdentity.IsSame(image, images[0]));

    private static Check Warn(Check check, IReadOnlyList<UpdatePlan> plans) =>
        check.Id != CheckTable.RolloutImage.Id || check.Status == CheckStatus.Failed ? check : check with
        {
            Status = CheckStatus.Warning,
            Evidence = $"The workloads have different images: {string.Join(", ", plans.Select(plan => $"{plan.Workload} {plan.Image}"))}",
            Remedy = "If they are one release, update it again (Update-RsolvDeployment).",
        };
}
