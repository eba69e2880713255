using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Transport;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Backups;

/// <summary>
/// Brings objects back to what a backup holds. Only what differs is written, each object for itself, so that a restore that was stopped is
/// taken up by running it again.
/// </summary>
internal static class StateRestorer
{
    private const int AtOnce = 8;

    /// <summary>Compares; changes nothing.</summary>
    public static async Task<RestorePlan> PlanAsync(ClusterClient cluster, Target target, BackupFolder backup, ObjectFilter filter, CancellationToken ct)
    {
        ClusterGuard.RefuseProtected(target);
        await ClusterGuard.RefuseOtherClusterAsync(cluster, target, ct);
        await backup.VerifyAsync(ct);
        var live = await LiveState.ReadAsync(cluster, target.Namespace, backup.Manifest, ct);
        return new RestorePlan(target, backup, live, await StateComparer.CompareAsync(backup, live, filter, ct));
    }

    /// <summary>Carries a plan out, kind by kind; objects of one kind at once.</summary>
    public static async Task<StateRestore> ApplyAsync(ClusterClient cluster, RestorePlan plan, string runId, IReporter reporter, CancellationToken ct)
    {
        var started = DateTimeOffset.UtcNow;
        var activity = $"Restoring {plan.Target.Name}";
        var done = new List<RestoredObject>(plan.Differences.Where(one => one.Change == ObjectChange.Equal).Select(one => new RestoredObject(one.Kind, one.Name, RestoreAction.Unchanged, "")));
        var scaled = await ScaledAsync(cluster, plan.Target, ct);
        try
        {
            foreach (var kind in plan.Changes.GroupBy(change => change.Kind))
            {
                var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct };
                await Parallel.ForEachAsync(kind, options, async (change, token) =>
                {
                    var result = await TryAsync(cluster, plan, change, scaled, token);
                    lock (done)
                    {
                        done.Add(result);
                        reporter.Progress(new ProgressUpdate(activity, $"{change.Kind}/{change.Name}", 100 * done.Count / plan.Differences.Count));
                    }
                });
            }
        }
        catch (OperationCanceledException)
        {
            reporter.Warning($"The restore was stopped after {done.Count(one => one.Action is not RestoreAction.Unchanged)} of {plan.Changes.Count} objects; run it again to take it up.");
            throw;
        }
        finally
        {
            reporter.Progress(new ProgressUpdate(activity, "done", 100, Completed: true));
        }

        return Result(plan, runId, [.. done.OrderBy(one => BackupKinds.Order(one.Kind)).ThenBy(one => one.Name, StringComparer.Ordinal)], started);
    }

    private static async Task<RestoredObject> TryAsync(ClusterClient cluster, RestorePlan plan, StateDifference change, IReadOnlySet<string> scaled, CancellationToken ct)
    {
        var fields = string.Join(", ", change.Fields.Select(field => field.Path));
        try
        {
            if (change.Change == ObjectChange.Added)
            {
                await cluster.DeleteAsync(plan.Backup.Manifest.ResourceOf(change.Kind), plan.Target.Namespace, change.Name, ct);
                return new RestoredObject(change.Kind, change.Name, RestoreAction.Pruned, "it is not in the backup");
            }

            var item = plan.Backup.Manifest.Items.First(one => one.Kind == change.Kind && one.Name == change.Name);
            var wanted = Wanted(await plan.Backup.ReadObjectAsync(item, ct), plan.Target, scaled);
            return await WriteAsync(cluster, plan, change, plan.Backup.Manifest.ResourceOf(item.Kind), wanted, fields, ct);
        }
        catch (DeployException e)
        {
            return new RestoredObject(change.Kind, change.Name, RestoreAction.Failed, $"{e.Message} {e.Remedy}".Trim());
        }
    }

    private static async Task<RestoredObject> WriteAsync(ClusterClient cluster, RestorePlan plan, StateDifference change, ResourceKind kind, JsonObject wanted, string fields, CancellationToken ct)
    {
        var ns = plan.Target.Namespace;
        if (change.Change == ObjectChange.Deleted)
        {
            await cluster.PatchAsync(kind, ns, change.Name, PatchKind.Apply, wanted, dryRun: false, ct, force: true);
            return new RestoredObject(change.Kind, change.Name, RestoreAction.Created, "it was deleted since the backup");
        }

        var live = plan.Live.Find(change.Kind, change.Name)!;
        if (live["immutable"]?.GetValue<bool>() == true && change.Fields.Any(field => field.Path.StartsWith("data", StringComparison.Ordinal) || field.Path.StartsWith("binaryData", StringComparison.Ordinal) || field.Path == "immutable"))
            return await RecreateAsync(cluster, plan, change, kind, wanted, "it is immutable", ct);
        try
        {
            // An apply sets fields and takes away only those that this module once applied; what others added is taken away by a replace,
            // which the version it was compared at guards.
            if (change.Fields.All(field => field.Backup is not null)) await cluster.PatchAsync(kind, ns, change.Name, PatchKind.Apply, wanted, dryRun: false, ct, force: true);
            else await ReplaceAsync(cluster, plan, change, kind, wanted, ct);
            return new RestoredObject(change.Kind, change.Name, RestoreAction.Applied, fields);
        }
        catch (DeployException e) when (e.Message.Contains("immutable", StringComparison.OrdinalIgnoreCase))
        {
            return await RecreateAsync(cluster, plan, change, kind, wanted, "a field of it may not be changed", ct);
        }
    }

    private static async Task ReplaceAsync(ClusterClient cluster, RestorePlan plan, StateDifference change, ResourceKind kind, JsonObject wanted, CancellationToken ct)
    {
        var now = await cluster.GetAsync(kind, plan.Target.Namespace, change.Name, ct);
        var version = plan.Live.VersionOf(change.Kind, change.Name);
        if (kind != ResourceKind.Deployments && now.At("metadata", "resourceVersion").Text() != version)
        {
            throw new DeployException("Conflict", FaultCategory.ResourceBusy, $"{change.Kind}/{change.Name} was changed since it was compared.", "Compare again, then restore again.") { Subject = change.Name };
        }

        var replaced = (JsonObject)wanted.DeepClone();
        var metadata = (JsonObject)replaced["metadata"]!;
        foreach (var kept in new[] { "resourceVersion", "ownerReferences", "finalizers" })
            if (now.At("metadata", kept) is { } value) metadata[kept] = value.DeepClone();
        await cluster.ReplaceAsync(kind, plan.Target.Namespace, change.Name, replaced, dryRun: false, ct);
    }

    private static async Task<RestoredObject> RecreateAsync(ClusterClient cluster, RestorePlan plan, StateDifference change, ResourceKind kind, JsonObject wanted, string why, CancellationToken ct)
    {
        if (!plan.Recreate)
            return new RestoredObject(change.Kind, change.Name, RestoreAction.Failed, $"{why}, so that it cannot be set back. With -Recreate it is deleted and made anew.");
        await cluster.DeleteAsync(kind, plan.Target.Namespace, change.Name, ct);
        await cluster.CreateAsync(kind, plan.Target.Namespace, wanted, dryRun: false, ct);
        return new RestoredObject(change.Kind, change.Name, RestoreAction.Recreated, why);
    }

    private static JsonObject Wanted(JsonObject backup, Target target, IReadOnlySet<string> scaled)
    {
        var wanted = (JsonObject)backup.DeepClone();
        var metadata = (JsonObject)wanted["metadata"]!;
        metadata["namespace"] = target.Namespace;
        (metadata["annotations"] as JsonObject)?.Remove("deployment.kubernetes.io/revision");
        // Whoever scales it decides about the number of pods, not a backup.
        if (wanted["kind"].Text() == "Deployment" && scaled.Contains(metadata["name"].Text() ?? "")) (wanted["spec"] as JsonObject)?.Remove("replicas");
        return wanted;
    }

    private static async Task<IReadOnlySet<string>> ScaledAsync(ClusterClient cluster, Target target, CancellationToken ct)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            await foreach (var scaler in cluster.ListAsync(ResourceKind.Autoscalers, target.Namespace, null, null, ct))
                if (AutoscalerReading.DeploymentOf(scaler) is { } name) names.Add(name);
        }
        catch (DeployException e) when (e.Id is "Forbidden" or "NotFound")
        {
            // Who may not see autoscalers restores the number that the backup holds.
        }

        return names;
    }

    private static StateRestore Result(RestorePlan plan, string runId, IReadOnlyList<RestoredObject> items, DateTimeOffset started)
    {
        var failed = items.Where(item => item.Action == RestoreAction.Failed).ToList();
        var check = new Check("restore.applied", "Restore", "Every object is as the backup holds it", failed.Count == 0 ? CheckStatus.Passed : CheckStatus.Failed)
        {
            Evidence = failed.Count == 0
                ? string.Join(", ", items.GroupBy(item => item.Action).Select(group => $"{group.Count()} {group.Key.ToString().ToLowerInvariant()}"))
                : string.Join("; ", failed.Select(item => $"{item.Kind}/{item.Name}: {item.Detail}")),
            Remedy = failed.Count == 0 ? null : "Correct what the server refuses, and restore again: what is right already is left alone.",
            Started = started,
            Duration = DateTimeOffset.UtcNow - started,
        };
        return new StateRestore(plan.Target, runId, failed.Count == 0 ? StepStatus.Succeeded : StepStatus.Failed, [check]) { Path = plan.Backup.Path, Items = items };
    }
}
