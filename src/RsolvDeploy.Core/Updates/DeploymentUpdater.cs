using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Evidence;
using RsolvDeploy.Json;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Rollouts;
using RsolvDeploy.Rollouts.Diagnostics;
using RsolvDeploy.Updates.Kustomize;

namespace RsolvDeploy.Updates;

/// <summary>Sets the image of a Deployment by digest, and watches what becomes of it.</summary>
internal static class DeploymentUpdater
{
    private const int Attempts = 5;
    private const int LastLines = 20;

    /// <summary>Looks at what is there; changes nothing.</summary>
    public static async Task<UpdatePlan> PlanAsync(ClusterClient cluster, Target target, string image, CancellationToken ct)
    {
        ClusterGuard.RefuseProtected(target);
        await ClusterGuard.RefuseOtherClusterAsync(cluster, target, ct);
        var deployment = await cluster.GetAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, ct);
        DeploymentReader.RefusePaused(deployment, target);
        var container = DeploymentReader.Container(deployment, target);
        var plan = new UpdatePlan(target, container, image, PodTemplate.Image(deployment.At("spec", "template"), container) ?? "", DeploymentReader.Revision(deployment), deployment)
        {
            AdditionalContainers = DeploymentReader.AlsoContainers(deployment, target),
        };
        return target.Kustomize is { } overlay ? plan with { Overlay = await OverlayPlanner.PlanAsync(cluster, target, overlay, plan, ct) } : plan;
    }

    /// <summary>Makes the update and watches it to its end.</summary>
    public static async Task<Rollout> ApplyAsync(ClusterClient cluster, UpdatePlan plan, UpdateOptions options, string runId, IReporter reporter, CancellationToken ct)
    {
        var started = DateTimeOffset.UtcNow;
        var written = plan.ChangesNothing ? plan.Observed : await WriteAsync(cluster, plan, options, runId, ct);
        var expected = new RolloutExpectation(plan.Target.Deployment, plan.Container, plan.Image, DeploymentReader.Generation(written)) { AdditionalImages = plan.AdditionalContainers.ToDictionary(name => name, _ => plan.Image), Restarts = plan.Target.Rollout.Restarts };
        RolloutWatcher.Result ending;
        try
        {
            ending = await new RolloutWatcher(cluster, reporter, TimeProvider.System).RunAsync(new RolloutWatchRequest(plan.Target, expected, DeploymentReader.Selector(written), options.Timeout), ct);
        }
        catch (OperationCanceledException)
        {
            reporter.Warning($"The image of {plan.Target.Namespace}/{plan.Target.Deployment} was set to {plan.Image} before this was stopped; the rollout goes on in the cluster. Before, it was {DeploymentReader.Describe(plan.PreviousImage, plan.PreviousRevision)}.");
            throw;
        }

        var rollout = await ConcludeAsync(cluster, plan, ending, options, runId, started, ct);
        if (rollout.Status is not (StepStatus.Failed or StepStatus.TimedOut)) return rollout;
        if (!options.RollbackOnFailure)
            return rollout with { Evidence = await EvidenceBundle.SaveAsync(cluster, plan.Target, written, plan.Observed.At("spec", "template"), runId, reporter, ct) };
        var back = await RollBackAsync(cluster, plan, rollout, options, runId, reporter, ct);
        return rollout with { Rollback = back, Evidence = back.Evidence };
    }

    private static async Task<JsonObject> WriteAsync(ClusterClient cluster, UpdatePlan plan, UpdateOptions options, string runId, CancellationToken ct)
    {
        var seen = plan.Observed;
        foreach (var (kind, wanted) in plan.Overlay?.Others ?? [])
            await OverlayApply.ApplyAsync(cluster, plan.Target, kind, wanted, plan.Target.Kustomize!.TakeOver, dryRun: false, ct);

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var patch = DeploymentChange.Patch(plan, seen, options.Reason, runId);
                if (plan.Overlay is { } overlay)
                    return await OverlayApply.ApplyAsync(cluster, plan.Target, ResourceKind.Deployments, OverlayApply.Noted(overlay, seen, patch), plan.Target.Kustomize!.TakeOver, dryRun: false, ct);
                return await cluster.PatchAsync(ResourceKind.Deployments, plan.Target.Namespace, plan.Target.Deployment, PatchKind.StrategicMerge, patch, dryRun: false, ct);
            }
            catch (DeployException e) when (e.Id == "Conflict" && attempt < Attempts)
            {
                // The status changes the version too. Only when the specification is still the approved one is the plan still right.
                seen = await cluster.GetAsync(ResourceKind.Deployments, plan.Target.Namespace, plan.Target.Deployment, ct);
                if (!options.AcceptDrift) DeploymentChange.RefuseDrift(plan, seen);
            }
        }
    }

    private static async Task<Rollout> ConcludeAsync(
        ClusterClient cluster, UpdatePlan plan, RolloutWatcher.Result ending, UpdateOptions options, string runId, DateTimeOffset started, CancellationToken ct)
    {
        var verdict = ending.Verdict;
        var complete = verdict.Phase == RolloutPhase.Complete;
        var diagnosis = complete ? null : await WithLogAsync(cluster, plan.Target, verdict.Cause ?? Slow(plan, verdict, options.Timeout), ct);
        var logs = complete
            ? await StartLogs.CheckAsync(cluster, plan.Target, plan.Container, verdict.Pods, ct)
            : StepChecks.Update.Skipped("the rollout did not complete").Single(check => check.Id == "rollout.logs");
        var status = verdict.Phase switch
        {
            RolloutPhase.Complete => logs.FailsStep ? StepStatus.Failed : StepStatus.Succeeded,
            RolloutPhase.Failed => StepStatus.Failed,
            _ => StepStatus.TimedOut,
        };
        return new Rollout(plan.Target, runId, status, [.. UpdateChecks.Create(plan, verdict, diagnosis, started), logs])
        {
            Image = plan.Image,
            Diff = plan.Diff,
            PreviousImage = plan.PreviousImage,
            Revision = verdict.Revision,
            PreviousRevision = plan.PreviousRevision,
            Pods = verdict.Pods,
            Diagnosis = diagnosis,
            Timeline = ending.Timeline,
            Duration = DateTimeOffset.UtcNow - started,
        };
    }

    private static Diagnosis Slow(UpdatePlan plan, RolloutVerdict verdict, TimeSpan timeout) =>
        new("Timeout", $"After {timeout.TotalSeconds:0} s {verdict.Ready} of {verdict.Desired} pods of {plan.Target.Deployment} were ready, and {verdict.Old} old ones were still there.")
        { Remedy = "Look at the pods; allow more time with -Timeout, or go back with Undo-RsolvDeployment." };

    public static async Task<Diagnosis> WithLogAsync(ClusterClient cluster, Target target, Diagnosis diagnosis, CancellationToken ct)
    {
        if (diagnosis.Pod is null || diagnosis.Container is null) return diagnosis;
        if (diagnosis.Events.Count == 0) diagnosis = diagnosis with { Events = await EventsAsync(cluster, target, diagnosis.Pod, ct) };
        var tail = new LogTail(target.Namespace, diagnosis.Pod, diagnosis.Container, LastLines);
        var before = await PodLogs.TailAsync(cluster, tail with { Previous = true }, ct);
        return diagnosis with
        {
            LastLog = before.Count > 0 ? before : await PodLogs.TailAsync(cluster, tail, ct),
        };
    }

    // Events come by a watch of their own: the pod may have told the cause before they did.
    private static async Task<IReadOnlyList<string>> EventsAsync(ClusterClient cluster, Target target, string pod, CancellationToken ct) =>
        EventReader.Summarize([.. (await cluster.ListAllAsync(ResourceKind.Events, target.Namespace, null, $"involvedObject.name={pod}", ct)).Select(ObjectModel.ReadAs<Corev1Event>)]);

    private static async Task<Rollback> RollBackAsync(ClusterClient cluster, UpdatePlan plan, Rollout failed, UpdateOptions options, string runId, IReporter reporter, CancellationToken ct)
    {
        var reason = $"the rollout of {plan.Image} failed: {failed.Diagnosis}";
        try
        {
            var back = await RollbackPlanner.PlanAsync(cluster, plan.Target, (options.RollbackTo ?? new RollbackRequest { PreviousRevision = failed.PreviousRevision }) with { SnapshotBefore = options.SnapshotBefore, AllowSchemaMismatch = options.AllowSchemaMismatch }, ct);
            reporter.Warning($"Going back to {back.To}: {failed.Diagnosis}");
            return await DeploymentRollback.ApplyAsync(cluster, back, new RollbackOptions { Timeout = options.Timeout, Reason = reason, Baseline = options.Baseline }, runId, reporter, ct);
        }
        catch (DeployException e)
        {
            // What failed first is what the operator has to see; that the way back failed too stands beside it.
            reporter.Warning($"The way back could not be taken: {e.Message} {e.Remedy}");
            return new Rollback(plan.Target, runId, StepStatus.Failed, StepChecks.Undo.Skipped(e.Message)) { Reason = reason };
        }
    }
}
