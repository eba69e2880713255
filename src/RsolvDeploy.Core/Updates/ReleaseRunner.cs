using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Evidence;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Updates;

/// <summary>
/// Carries out the planned update of several workloads under the lock: in order or at once. When one fails, the release has failed, and
/// with -RollbackOnFailure every workload that was written is rolled back.
/// </summary>
/// <param name="context">The step's context.</param>
/// <param name="plan">The update.</param>
/// <param name="options">Its options.</param>
/// <param name="snapshot">The Secret with the configuration snapshot from before the update; null for none.</param>
internal sealed class ReleaseRunner(StepContext context, ReleasePlan plan, UpdateOptions options, string? snapshot)
{
    /// <summary>Runs it.</summary>
    /// <exception cref="DeployException">Nothing was written: a workload drifted, or the API server rejected the first change.</exception>
    public async Task<Rollout> RunAsync(CancellationToken ct)
    {
        var outcome = new ReleaseOutcome(context, plan);
        var parts = plan.Target.Rollout.Order == RolloutOrder.Parallel ? await ParallelAsync(ct) : await SequentialAsync(ct);
        if (parts.FirstOrDefault(part => part.Error is not null)?.Error is { } error && !parts.Any(part => part.HasWritten))
            throw error;
        var rollout = outcome.CreateResult(parts);
        if (rollout.Status == StepStatus.Succeeded) return rollout;
        var failed = parts.First(part => part.HasFailed);
        if (options.RollbackOnFailure)
        {
            var rollback = await RollBackAsync(rollout, failed, Own(parts), ct);
            return rollout with { Rollback = rollback, Evidence = rollback.Evidence };
        }

        var observed = failed.Plan.Observed;
        return rollout with { Evidence = await new EvidenceBundle(context).SaveAsync(observed, PodTemplate.Of(observed), ct) };
    }

    // What was written, without what somebody else has replaced since.
    private List<ReleasePart> Own(IReadOnlyList<ReleasePart> parts)
    {
        foreach (var part in parts.Where(part => part.IsSuperseded))
            context.Reporter.Warning($"{part.Plan.Workload} is not rolled back: somebody else deployed another image to it meanwhile.");
        return [.. parts.Where(part => part.HasWritten && !part.IsSuperseded)];
    }

    private async Task<IReadOnlyList<ReleasePart>> SequentialAsync(CancellationToken ct)
    {
        var parts = new List<ReleasePart>();
        foreach (var one in plan.Plans)
        {
            var isStopped = parts.Exists(part => part.HasFailed);
            parts.Add(isStopped ? new ReleasePart(one, null, false) : await RollOutAsync(one, CancellationToken.None, ct));
        }

        return parts;
    }

    // A failure ends the watches of the others when all are rolled back anyway.
    private async Task<IReadOnlyList<ReleasePart>> ParallelAsync(CancellationToken ct)
    {
        using var abandon = new CancellationTokenSource();
        return await Task.WhenAll(plan.Plans.Select(async one =>
        {
            var part = await RollOutAsync(one, abandon.Token, ct);
            if (part.HasFailed && options.RollbackOnFailure) await abandon.CancelAsync();
            return part;
        }));
    }

    private async Task<ReleasePart> RollOutAsync(UpdatePlan one, CancellationToken abandon, CancellationToken ct)
    {
        var runner = new UpdateRunner(context, one, options, snapshot) { Abandon = abandon };
        try
        {
            var rollout = await runner.RollOutAsync(ct);
            return new ReleasePart(one, rollout, one.PreviousImage != one.Image);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            return new ReleasePart(one, null, false, e);
        }
    }

    private async Task<Rollback> RollBackAsync(
        Rollout rollout, ReleasePart failed, List<ReleasePart> written, CancellationToken ct)
    {
        var reason = $"the rollout of {plan.Image} failed: {rollout.Diagnosis}";
        var release = new ReleaseRollback(context)
        {
            Reason = reason,
            Timeout = options.Timeout ?? plan.Target.Rollout.Timeout,
            EvidenceOf = failed.Plan.Workload,
        };
        if (written.Count == 0) return release.WithoutResult("somebody else replaced everything that this run had written");
        try
        {
            var (releases, _) = await new ReleaseHistory(context.Cluster, plan.Target).ReadUnattendedAsync(context.Reporter, ct);
            var good = ReleaseChoice.LastKnownGood(releases, plan.Image);
            var requests = written.Select(part => (part.Plan.Workload, Request(part.Plan, good))).ToList();
            return await release.RunAsync(await release.PlanAsync(requests, ct), ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            // The operator has to see the first failure; the failed rollback is reported with it.
            var error = UnexpectedError.From(e);
            context.Reporter.Warning($"Rollback failed: {error.Message} {error.Remedy}");
            return release.WithoutResult(error.Message);
        }
    }

    private RollbackRequest Request(UpdatePlan one, Release? good)
    {
        var request = good is not null
            ? ReleaseRollback.RequestFor(good, one.Workload, "the last known good release")
            : one.PreviousRevision is { } revision
                ? new RollbackRequest { PreviousRevision = revision }
                : new RollbackRequest { ToImage = one.PreviousImage, Choice = "the image before the update" };
        return request with
        {
            SnapshotBefore = snapshot,
            Before = one.ChangesNothing ? null : one.Observed,
            Left = plan.Image,
            Unattended = true,
            AllowSchemaMismatch = options.AllowSchemaMismatch,
        };
    }
}
