using System.Text.Json.Nodes;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Evidence;
using RsolvDeploy.Images;
using RsolvDeploy.Rollouts;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Rollbacks;

/// <summary>
/// Carries out a planned rollback under the lock: saves the evidence, writes, watches the rollout and verifies the release.
/// </summary>
/// <param name="context">The step's context.</param>
/// <param name="plan">The rollback.</param>
internal sealed class RollbackRunner(StepContext context, RollbackPlan plan)
{
    /// <summary>Runs it. After the first write, every exception except the operator's cancellation becomes a failed result.</summary>
    public async Task<Rollback> RunAsync(CancellationToken ct)
    {
        var target = plan.Target;
        var outcome = new RollbackOutcome(context, plan);
        var evidence = plan.ChangesNothing || plan.IsPart ? null
            : await new EvidenceBundle(context).SaveAsync(plan.Observed, plan.Template, ct);
        var writer = new RollbackWriter(context.Cluster, plan, context.RunId);
        try
        {
            var written = await writer.WriteAsync(ct);
            context.Journal.MarkChanged();
            var ended = await WatchAsync(written, ct);
            return await outcome.CreateResultAsync(ended.Verdict, ct) with { Evidence = evidence };
        }
        catch (Exception) when (writer.HasWritten && ct.IsCancellationRequested)
        {
            context.Reporter.Warning(
                $"{target.Namespace}/{target.Deployment} was rolled back to {plan.To} before the command was stopped. "
                    + "The rollout continues in the cluster.");
            throw;
        }
        catch (OperationCanceledException) when (writer.IsUnanswered && ct.IsCancellationRequested)
        {
            context.Reporter.Warning(
                $"The command was stopped while the rollback was on its way: {target.Namespace}/{target.Deployment} may be back at "
                    + $"{plan.To} now. Get-RsolvDeployment shows which image it has.");
            throw;
        }
        catch (Exception e) when (writer.HasWritten && !ct.IsCancellationRequested)
        {
            context.Journal.MarkChanged();
            return CreateFailed(e) with { Evidence = evidence };
        }
    }

    private async Task<RolloutWatcher.Result> WatchAsync(JsonObject written, CancellationToken ct)
    {
        var kind = plan.Target.Main.Kind;
        if (kind == WorkloadKind.CronJob) return CronJobRollout.From(written, context.Clock.GetUtcNow());
        if (kind == WorkloadKind.StatefulSet) await StuckPods.DeleteAsync(context, plan, written, ct);
        return await new RolloutWatcher(context.Cluster, context.Reporter, context.Clock).RunAsync(
            new RolloutWatchRequest(plan.Target, plan.Expect(written), DeploymentReader.Selector(written), plan.Timeout)
            {
                Serves = RegistryInquiry.ServesAsync,
            },
            ct);
    }

    /// <summary>The result of a rollback that ended with an exception.</summary>
    public Rollback CreateFailed(Exception exception)
    {
        var error = UnexpectedError.From(exception);
        var diagnosis = new Diagnosis(error.Id, $"The rollback was written, then ended with an error: {error.Message}")
        {
            Remedy = error.Remedy,
        };
        return new Rollback(
            plan.Target, context.RunId, StepStatus.Failed, CheckTable.SkipAll(StepKind.Rollback, diagnosis.Message, context.Clock))
        {
            From = plan.From,
            To = plan.To,
            Choice = plan.Choice,
            MigrationsCrossed = plan.MigrationsCrossed,
            Image = plan.Image,
            Reason = plan.Reason,
            Diagnosis = diagnosis,
        };
    }
}
