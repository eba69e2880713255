using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Transport;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollbacks.Evidence;
using RsolvDeploy.Rollouts;

namespace RsolvDeploy.Rollbacks;

/// <summary>Takes a Deployment back to a pod template it had before, and proves that it arrived.</summary>
internal static class DeploymentRollback
{
    private const string HashLabel = "pod-template-hash";
    private const string History = "deployment.kubernetes.io/revision-history";

    /// <summary>The image that the deployment names now.</summary>
    public static async Task<string> RunningImageAsync(ClusterClient cluster, Target target, CancellationToken ct)
    {
        var deployment = await cluster.GetAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, ct);
        return DeploymentReading.Image(deployment.At("spec", "template"), DeploymentReading.Container(deployment, target)) ?? "";
    }

    /// <summary>Finds where to go back to; changes nothing.</summary>
    public static async Task<RollbackPlan> PlanAsync(ClusterClient cluster, Target target, RollbackRequest request, CancellationToken ct)
    {
        ClusterGuard.RefuseProtected(target);
        await ClusterGuard.RefuseOtherClusterAsync(cluster, target, ct);
        var deployment = await cluster.GetAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, ct);
        DeploymentReading.RefusePaused(deployment, target);
        var container = DeploymentReading.Container(deployment, target);
        var current = RolloutState.Revision(deployment);
        var from = DeploymentReading.Describe(DeploymentReading.Image(deployment.At("spec", "template"), container), current);
        if (request.Template is { } backup)
        {
            var wanted = Clean(backup.At("spec", "template") ?? throw new DeployException("BackupCorrupt", FaultCategory.InvalidData, "The Deployment in the backup has no pod template.", "Use another backup."));
            return Plan(wanted, $"{DeploymentReading.Image(wanted, container)} (from the backup)");
        }

        if (request.ToImage is { } wantedImage && request.ToRevision is null)
        {
            var (at, whole) = await FindImageAsync(cluster, target, deployment, container, wantedImage, ct);
            return Plan(whole, DeploymentReading.Describe(wantedImage, at)) with { Choice = request.Choice + (at is null ? "; its ReplicaSet is gone, so only the image is set" : "") };
        }

        var (revision, template) = await FindAsync(cluster, target, deployment, current, request, ct);
        var why = request.ToRevision is not null ? "the operator named the revision" : $"it is the revision before{(request.Choice.Length > 0 ? $"; {request.Choice}" : "")}";
        return Plan(template, DeploymentReading.Describe(DeploymentReading.Image(template, container), revision)) with { Choice = why };

        RollbackPlan Plan(JsonObject template, string to) =>
            new(target, container, template, from, to, deployment, JsonNode.DeepEquals(Clean(deployment.At("spec", "template")!), template));
    }

    /// <summary>Goes back and watches it to its end.</summary>
    public static async Task<Rollback> ApplyAsync(ClusterClient cluster, RollbackPlan plan, RollbackOptions options, string runId, IReporter reporter, CancellationToken ct)
    {
        var started = DateTimeOffset.UtcNow;
        var target = plan.Target;
        var evidence = plan.ChangesNothing ? null : await EvidenceBundle.SaveAsync(cluster, target, plan.Seen, plan.Template, runId, reporter, ct);
        if (!plan.ChangesNothing && options.Lock is { } held) await held.ProveAsync(ct);
        var written = plan.ChangesNothing
            ? plan.Seen
            : await WriteAsync(cluster, plan, options, runId, ct);
        var image = DeploymentReading.Image(plan.Template, plan.Container) ?? "";
        var expected = new RolloutExpectation(target.Deployment, plan.Container, image, RolloutState.Long(written.At("metadata", "generation"))) { Restarts = target.Rollout.Restarts };
        RolloutWatch.Ending ending;
        try
        {
            ending = await RolloutWatch.RunAsync(cluster, target, expected, DeploymentReading.Selector(written), options.Timeout, reporter, ct);
        }
        catch (OperationCanceledException)
        {
            reporter.Warning($"{target.Namespace}/{target.Deployment} was set back to {plan.To} before this was stopped; the rollout goes on in the cluster.");
            throw;
        }

        return await ConcludeAsync(cluster, plan, ending.Verdict, image, options, runId, started, ct) with { Evidence = evidence, Choice = plan.Choice };
    }

    // The whole template as it was with this image; where that is gone, the current one with the image.
    private static async Task<(long? Revision, JsonObject Template)> FindImageAsync(
        ClusterClient cluster, Target target, JsonObject deployment, string container, string image, CancellationToken ct)
    {
        (long Revision, JsonObject Template)? newest = null;
        await foreach (var set in OwnedAsync(cluster, target, deployment, ct))
        {
            if (DeploymentReading.Image(set.At("spec", "template"), container) == image && RolloutState.Revision(set) is { } revision && revision > (newest?.Revision ?? 0))
                newest = (revision, Clean(set.At("spec", "template")!));
        }

        if (newest is { } found) return found;
        var template = Clean(deployment.At("spec", "template")!);
        PodReading.Containers(template).First(one => one["name"].Text() == container)["image"] = image;
        return (null, template);
    }

    private static async IAsyncEnumerable<JsonObject> OwnedAsync(ClusterClient cluster, Target target, JsonObject deployment, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var set in cluster.ListAsync(ResourceKind.ReplicaSets, target.Namespace, DeploymentReading.Selector(deployment), null, ct))
        {
            if ((set.At("metadata", "ownerReferences") as JsonArray ?? []).Any(owner => owner.At("uid").Text() == deployment.At("metadata", "uid").Text())) yield return set;
        }
    }

    private static async Task<(long Revision, JsonObject Template)> FindAsync(
        ClusterClient cluster, Target target, JsonObject deployment, long? current, RollbackRequest request, CancellationToken ct)
    {
        var known = new List<(long Revision, IReadOnlyList<long> Earlier, JsonObject Template)>();
        await foreach (var set in OwnedAsync(cluster, target, deployment, ct))
        {
            if (RolloutState.Revision(set) is { } revision) known.Add((revision, Earlier(set), Clean(set.At("spec", "template")!)));
        }

        var wanted = request.ToRevision ?? request.PreviousRevision
            ?? known.Select(one => one.Revision).Where(revision => revision < (current ?? long.MaxValue)).DefaultIfEmpty(0).Max();
        var found = known.FirstOrDefault(one => one.Revision == wanted);
        // A revision that was rolled out again carries its new number; its old one is in its history.
        if (found.Template is null) found = known.FirstOrDefault(one => one.Earlier.Contains(wanted));
        if (found.Template is not null) return (wanted, found.Template);
        var there = known.Count == 0 ? "none" : string.Join(", ", known.Select(one => one.Revision).Order());
        throw wanted == 0
            ? new DeployException("NoPreviousRevision", FaultCategory.ObjectNotFound, $"The Deployment {target.Namespace}/{target.Deployment} has no revision before {current}.", "Go back with -BackupPath, or deploy a good image.")
            : new DeployException("RevisionNotFound", FaultCategory.ObjectNotFound, $"The Deployment {target.Namespace}/{target.Deployment} has no revision {wanted}; there are: {there}.",
                "Name one of these with -ToRevision, or go back with -BackupPath.");
    }

    private static IReadOnlyList<long> Earlier(JsonObject set) =>
        [.. (set.At("metadata", "annotations", History).Text() ?? "").Split(',').Select(part => long.TryParse(part, CultureInfo.InvariantCulture, out var one) ? one : -1)];

    // The controller adds this label to the ReplicaSet's copy of the template.
    private static JsonObject Clean(JsonNode template)
    {
        var clean = (JsonObject)template.DeepClone();
        (clean.At("metadata", "labels") as JsonObject)?.Remove(HashLabel);
        if (clean["metadata"] is JsonObject metadata && metadata.TryGetPropertyValue("creationTimestamp", out var stamp) && stamp is null) metadata.Remove("creationTimestamp");
        return clean;
    }

    private static async Task<JsonObject> WriteAsync(ClusterClient cluster, RollbackPlan plan, RollbackOptions options, string runId, CancellationToken ct)
    {
        var target = plan.Target;
        try
        {
            return await cluster.PatchAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, PatchKind.Json, Patch(plan, options, runId), dryRun: false, ct);
        }
        catch (DeployException e) when (e.Id == "Invalid")
        {
            var now = await cluster.GetAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, ct);
            if (JsonNode.DeepEquals(now.At("spec", "template"), plan.Seen.At("spec", "template"))) throw;
            throw new DeployException("Conflict", FaultCategory.ResourceBusy,
                $"Somebody else changed {target.Namespace}/{target.Deployment} since the way back was planned: its image is {DeploymentReading.Image(now.At("spec", "template"), plan.Container)} now. Nothing was written.",
                "Look at what changed (Get-RsolvHistory), then go back again.", e)
            { Subject = target.Deployment };
        }
    }

    private static JsonArray Patch(RollbackPlan plan, RollbackOptions options, string runId)
    {
        // Only what was shown may be left: the version would change with every status too, the template does not.
        var patch = new JsonArray(
            new JsonObject { ["op"] = "test", ["path"] = "/spec/template", ["value"] = plan.Seen.At("spec", "template")!.DeepClone() },
            new JsonObject { ["op"] = "replace", ["path"] = "/spec/template", ["value"] = plan.Template.DeepClone() });
        if (plan.Seen.At("metadata", "annotations") is null) patch.Insert(0, new JsonObject { ["op"] = "add", ["path"] = "/metadata/annotations", ["value"] = new JsonObject() });
        Annotate("kubernetes.io~1change-cause", $"RsolvDeploy run {runId}: back to {plan.To}, because {options.Reason}");
        Annotate("rsolv.dev~1run-id", runId);
        return patch;

        void Annotate(string name, string value) => patch.Add(new JsonObject { ["op"] = "add", ["path"] = $"/metadata/annotations/{name}", ["value"] = value });
    }

    private static async Task<Rollback> ConcludeAsync(
        ClusterClient cluster, RollbackPlan plan, RolloutVerdict verdict, string image, RollbackOptions options, string runId, DateTimeOffset started, CancellationToken ct)
    {
        var complete = verdict.Phase == RolloutPhase.Complete;
        var diagnosis = complete ? null : await DeploymentUpdater.WithLogAsync(cluster, plan.Target, verdict.Cause ?? Slow(verdict, options.Timeout), ct);
        Check[] checks =
        [
            Make("rollback.completed", "The way back completes in time", complete, complete ? $"{plan.To}; {verdict.Summary}" : $"{diagnosis}"),
            Make("rollback.pods", "The pods of the way back are ready", complete, string.Join("; ", verdict.Pods.Select(pod => $"{pod.Name} {pod.Phase}{(pod.Ready ? " ready" : "")}"))),
            Make("rollback.image", "The pods run the image that was gone back to", complete && verdict.Pods.All(pod => ImageProof.Holds(pod.ImageId, image)), image),
        ];
        var status = verdict.Phase switch { RolloutPhase.Complete => StepStatus.Succeeded, RolloutPhase.Failed => StepStatus.Failed, _ => StepStatus.TimedOut };
        return new Rollback(plan.Target, runId, status, checks)
        {
            From = plan.From,
            To = plan.To,
            Image = image,
            Revision = verdict.Revision,
            Reason = options.Reason,
            Pods = verdict.Pods,
            Diagnosis = diagnosis,
        };

        Check Make(string id, string title, bool passed, string evidence) => new(id, "Undo", title, passed ? CheckStatus.Passed : CheckStatus.Failed)
        {
            Evidence = evidence,
            Remedy = passed ? null : diagnosis?.Remedy,
            Started = started,
            Duration = DateTimeOffset.UtcNow - started,
        };
    }

    private static Diagnosis Slow(RolloutVerdict verdict, TimeSpan timeout) =>
        new("Timeout", $"After {timeout.TotalSeconds:0} s {verdict.Ready} of {verdict.Desired} pods were ready, and {verdict.Old} others were still there.") { Remedy = "Look at the pods; allow more time with -Timeout." };
}
