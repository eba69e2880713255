using System.Text.Json.Nodes;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Evidence;
using RsolvDeploy.Images;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Rollouts;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Updates;

/// <summary>
/// Carries out a planned update under the lock: writes, watches the rollout, and saves the evidence or rolls back when it fails.
/// </summary>
/// <param name="context">The step's context.</param>
/// <param name="plan">The update.</param>
/// <param name="options">Its options.</param>
/// <param name="snapshot">The Secret with the configuration snapshot from before the update; null for none.</param>
internal sealed class UpdateRunner(StepContext context, UpdatePlan plan, UpdateOptions options, string? snapshot)
{
    private readonly TimeSpan _timeout = options.Timeout ?? plan.Target.Rollout.Timeout;

    // The image as the API server stored it; null until it has.
    private string? _stored;

    /// <summary>Ends the watch when another workload of the release has failed.</summary>
    public CancellationToken Abandon { get; init; }

    /// <summary>Runs it. After the first write, every exception except the operator's cancellation becomes a failed result.</summary>
    /// <exception cref="DeployException">Nothing was written: the Deployment drifted, or the API server rejected the change.</exception>
    public async Task<Rollout> RunAsync(CancellationToken ct)
    {
        var rollout = await RollOutAsync(ct);
        if (rollout.Status is not (StepStatus.Failed or StepStatus.TimedOut)) return rollout;
        if (options.RollbackOnFailure)
        {
            var rollback = await RollBackAsync(rollout, ct);
            return rollout with { Rollback = rollback, Evidence = rollback.Evidence };
        }

        var evidence = await new EvidenceBundle(context).SaveAsync(plan.Observed, PodTemplate.Of(plan.Observed), ct);
        return rollout with { Evidence = evidence };
    }

    /// <summary>Writes and watches, without the rollback and the evidence of a failure.</summary>
    /// <exception cref="DeployException">Nothing was written: the Deployment drifted, or the API server rejected the change.</exception>
    public async Task<Rollout> RollOutAsync(CancellationToken ct)
    {
        var outcome = new UpdateOutcome(context, plan, _timeout);
        var writer = new UpdateWriter(context.Cluster, plan, options, context.RunId);
        try
        {
            var written = await writer.WriteAsync(ct);
            context.Journal.MarkChanged();
            var expected = plan.Expect(written);
            _stored = expected.Image;
            return await outcome.CreateResultAsync(await WatchAsync(written, expected, ct), expected, ct);
        }
        catch (OperationCanceledException) when (Abandon.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            return outcome.CreateFailed(new DeployException(
                "Abandoned",
                FaultCategory.ResourceUnavailable,
                "another workload of the release failed.",
                "See the workload that failed."));
        }
        catch (Exception) when (writer.HasWritten && ct.IsCancellationRequested)
        {
            context.Reporter.Warning(
                $"The image of {plan.Target.Namespace}/{plan.Target.Deployment} was set to {plan.Image} before the command was stopped. "
                    + $"The rollout continues in the cluster. The previous image is {plan.Previous}.");
            throw;
        }
        catch (OperationCanceledException) when (writer.IsUnanswered && ct.IsCancellationRequested)
        {
            context.Reporter.Warning(
                $"The command was stopped while the change was on its way: {plan.Target.Namespace}/{plan.Target.Deployment} may have the "
                    + $"image {plan.Image} now. The previous image is {plan.Previous}. Get-RsolvDeployment shows which one it has.");
            throw;
        }
        catch (Exception e) when (writer.HasWritten && !ct.IsCancellationRequested)
        {
            context.Journal.MarkChanged();
            return outcome.CreateFailed(e);
        }
    }

    private async Task<RolloutWatcher.Result> WatchAsync(JsonObject written, RolloutExpectation expected, CancellationToken ct)
    {
        if (plan.Workload.Kind == WorkloadKind.CronJob) return CronJobRollout.From(written, context.Clock.GetUtcNow());
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(ct, Abandon);
        return await new RolloutWatcher(context.Cluster, context.Reporter, context.Clock).RunAsync(
            new RolloutWatchRequest(plan.Target, expected, DeploymentReader.Selector(written), _timeout)
            {
                Serves = plan.IsServed ? null : RegistryInquiry.ServesAsync,
            },
            ends.Token);
    }

    private async Task<Rollback> RollBackAsync(Rollout failed, CancellationToken ct)
    {
        var reason = $"the rollout of {plan.Image} failed: {failed.Diagnosis}";
        try
        {
            // What somebody else wrote since is another release.
            if (!plan.ChangesNothing || failed.Diagnosis?.Cause == RolloutCauses.Superseded.Id)
                await OwnRelease.RequireAsync(context, _stored, ct);
            var request = await FindReleaseAsync(failed.PreviousRevision, ct) with
            {
                SnapshotBefore = snapshot,
                Before = plan.ChangesNothing ? null : plan.Observed,
                Left = plan.Image,
                Unattended = true,
                AllowSchemaMismatch = options.AllowSchemaMismatch,
            };
            var rollback = await new RollbackPlanner(context.Cluster, plan.Target, context.Clock).PlanAsync(request, ct) with
            {
                Reason = reason,
                Timeout = _timeout,
            };
            context.Reporter.Warning($"Rolling back to {rollback.To}: {failed.Diagnosis}");
            return await new RollbackRunner(context, rollback).RunAsync(ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            // The operator has to see the first failure; the failed rollback is reported with it.
            var error = UnexpectedError.From(e);
            context.Reporter.Warning($"Rollback failed: {error.Message} {error.Remedy}");
            return new Rollback(
                plan.Target, context.RunId, StepStatus.Failed, CheckTable.SkipAll(StepKind.Rollback, error.Message, context.Clock))
            {
                Reason = reason,
            };
        }
    }

    private async Task<RollbackRequest> FindReleaseAsync(long? previousRevision, CancellationToken ct)
    {
        var (releases, _) = await new ReleaseHistory(context.Cluster, plan.Target).ReadUnattendedAsync(context.Reporter, ct);
        return ReleaseChoice.LastKnownGood(releases, plan.Image) is { } good
            ? new RollbackRequest { ToImage = good.Image, Revision = good.Revision, Choice = "the last known good release" }
            : new RollbackRequest { PreviousRevision = previousRevision };
    }
}
