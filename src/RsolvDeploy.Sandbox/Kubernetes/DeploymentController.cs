using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>Rolls Deployments out by ReplicaSets, as the real controller does, with revisions, conditions, deadline and events.</summary>
internal sealed class DeploymentController(ObjectStore store, EventRecorder events, ReplicaSetController replicas)
{
    private const string HistoryKey = "deployment.kubernetes.io/revision-history";
    private const string HashLabel = "pod-template-hash";
    private readonly DeploymentScaler _scaler = new(store, events, replicas);
    private readonly Dictionary<string, (string Progress, DateTimeOffset Since)> _progress = [];

    public void Sync(DateTimeOffset now)
    {
        var deployments = store.List(KindInfo.Deployments, null).Items;
        var sets = store.List(KindInfo.ReplicaSets, null).Items;
        foreach (var orphan in sets.Where(set => !deployments.Any(set.IsOwnedBy))) Remove(orphan);
        foreach (var deployment in deployments) Sync(deployment, [.. sets.Where(set => set.IsOwnedBy(deployment))], now);
        foreach (var set in store.List(KindInfo.ReplicaSets, null).Items) replicas.Sync(set, now);
    }

    private void Sync(JsonObject deployment, List<JsonObject> sets, DateTimeOffset now)
    {
        var newest = Newest(deployment, sets);
        if (deployment.At("spec", "paused")?.GetValue<bool>() == true)
        {
            UpdateStatus(deployment, newest, sets, false, now);
            return;
        }

        var isNew = newest is null;
        if (newest is null)
        {
            newest = CreateSet(deployment, sets);
            sets.Add(newest);
        }

        Number(deployment, newest, sets);
        _scaler.Scale(deployment, newest, [.. sets.Where(set => set.Uid() != newest.Uid())]);
        var current = store.List(KindInfo.ReplicaSets, deployment.Namespace()).Items.Where(set => set.IsOwnedBy(deployment)).ToList();
        Prune(deployment, newest, current);
        UpdateStatus(deployment, current.FirstOrDefault(set => set.Uid() == newest.Uid()), current, isNew, now);
    }

    private static JsonObject? Newest(JsonObject deployment, List<JsonObject> sets) =>
        sets.FirstOrDefault(set =>
            JsonNode.DeepEquals(WithoutHash(set["spec"]!["template"]!), WithoutHash(deployment["spec"]!["template"]!)));

    private JsonObject CreateSet(JsonObject deployment, List<JsonObject> sets)
    {
        var template = WithoutHash(deployment["spec"]!["template"]!);
        var hash = Hash(template);
        template.Object("metadata").Object("labels")[HashLabel] = hash;
        var selector = (JsonObject)deployment["spec"]!["selector"]!.DeepClone();
        selector.Object("matchLabels")[HashLabel] = hash;
        var labels = (JsonObject)template["metadata"]!["labels"]!.DeepClone();
        return store.Create(KindInfo.ReplicaSets, deployment.Namespace(), new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{deployment.Name()}-{hash}",
                ["labels"] = labels,
                ["annotations"] = new JsonObject
                {
                    [Workload.RevisionKey] = (HighestRevision(sets) + 1).ToString(CultureInfo.InvariantCulture),
                },
                ["ownerReferences"] = new JsonArray(deployment.OwnerReference()),
            },
            ["spec"] = new JsonObject { ["replicas"] = 0, ["selector"] = selector, ["template"] = template },
            ["status"] = new JsonObject { ["replicas"] = 0 },
        });
    }

    // A template that is used again keeps its ReplicaSet and gets the next revision; the old one goes into the history.
    private void Number(JsonObject deployment, JsonObject newest, List<JsonObject> sets)
    {
        var highest = HighestRevision([.. sets.Where(set => set.Uid() != newest.Uid())]);
        var mine = newest.Revision();
        if (mine <= highest)
        {
            store.Update(KindInfo.ReplicaSets, newest.Namespace(), newest.Name(), set =>
            {
                var annotations = set.Object("metadata").Object("annotations");
                annotations[HistoryKey] = annotations[HistoryKey].Text() is { Length: > 0 } before ? $"{before},{mine}" : $"{mine}";
                annotations[Workload.RevisionKey] = (highest + 1).ToString(CultureInfo.InvariantCulture);
                return set.Unversioned();
            });
            mine = highest + 1;
        }

        store.Update(KindInfo.Deployments, deployment.Namespace(), deployment.Name(), current =>
        {
            current.Object("metadata").Object("annotations")[Workload.RevisionKey] = mine.ToString(CultureInfo.InvariantCulture);
            return current.Unversioned();
        });
    }

    private void Prune(JsonObject deployment, JsonObject newest, List<JsonObject> sets)
    {
        var limit = deployment.At("spec", "revisionHistoryLimit").Number() ?? 10;
        foreach (var set in sets.Where(set => set.Uid() != newest.Uid() && set.Replicas() == 0 && PodsOf(set).Count == 0)
            .OrderByDescending(Workload.Revision)
            .Skip(limit))
        {
            store.Delete(KindInfo.ReplicaSets, set.Namespace(), set.Name());
        }
    }

    private void UpdateStatus(JsonObject deployment, JsonObject? newest, List<JsonObject> sets, bool isNew, DateTimeOffset now)
    {
        var wanted = deployment.At("spec", "replicas").Number() ?? 1;
        var all = sets.SelectMany(PodsOf).ToList();
        var updated = newest is null ? [] : PodsOf(newest);
        var available = all.Count(Workload.IsReady);
        var complete = newest is not null && updated.Count == wanted && all.Count == wanted && available == wanted;
        var progress = $"{deployment.At("metadata", "generation")}/{newest.At("metadata", "uid")}/{updated.Count}/"
            + $"{updated.Count(Workload.IsReady)}/{all.Count}";
        if (!_progress.TryGetValue(deployment.Uid(), out var known) || known.Progress != progress)
            _progress[deployment.Uid()] = known = (progress, now);
        var deadline = deployment.At("spec", "progressDeadlineSeconds").Number() ?? 600;
        var late = !complete && now - known.Since >= TimeSpan.FromSeconds(deadline);
        var (_, unavailable) = DeploymentScaler.Limits(deployment, wanted);
        store.Update(KindInfo.Deployments, deployment.Namespace(), deployment.Name(), current =>
        {
            var status = new JsonObject { ["observedGeneration"] = deployment.At("metadata", "generation")!.DeepClone() };
            Count(status, "replicas", all.Count);
            Count(status, "updatedReplicas", updated.Count);
            Count(status, "readyReplicas", available);
            Count(status, "availableReplicas", available);
            Count(status, "unavailableReplicas", Math.Max(0, Math.Max(wanted, all.Count) - available));
            var carried = complete || isNew || HasProgressed(current["status"], status) ? null : Conditions.For(current, "Progressing");
            status["conditions"] = new JsonArray(
                Conditions.Next(current, Availability(available >= wanted - unavailable), now),
                carried?["reason"].Text() == "ProgressDeadlineExceeded"
                    ? carried
                    : Conditions.Next(current, Progress(newest?.Name(), late, complete), now));
            // The failure of the newest ReplicaSet, or else of any other.
            if (sets.OrderByDescending(set => set.Uid() == newest?.Uid()).Select(set => Conditions.For(set, ReplicaSetController.Failure))
                .FirstOrDefault(failure => failure is not null) is { } refused)
            {
                ((JsonArray)status["conditions"]!).Add(refused);
            }

            current["status"] = status;
            return current.Unversioned();
        });

        static void Count(JsonObject status, string name, int count)
        {
            if (count > 0) status[name] = count;
        }
    }

    // Until then the controller keeps the condition of a deadline that is over, also that of the rollout before.
    private static bool HasProgressed(JsonNode? before, JsonNode after)
    {
        return Count(after, "updatedReplicas") > Count(before, "updatedReplicas")
            || Count(before, "replicas") - Count(before, "updatedReplicas") > Count(after, "replicas") - Count(after, "updatedReplicas")
            || Count(after, "readyReplicas") > Count(before, "readyReplicas")
            || Count(after, "availableReplicas") > Count(before, "availableReplicas");

        static int Count(JsonNode? status, string name) => status.At(name).Number() ?? 0;
    }

    private static Condition Availability(bool enough) => enough
        ? new Condition("Available", true, "MinimumReplicasAvailable", "Deployment has minimum availability.")
        : new Condition("Available", false, "MinimumReplicasUnavailable", "Deployment does not have minimum availability.");

    private static Condition Progress(string? set, bool late, bool complete) => (late, complete) switch
    {
        (true, _) => new Condition("Progressing", false, "ProgressDeadlineExceeded", $"ReplicaSet \"{set}\" has timed out progressing."),
        (_, true) => new Condition("Progressing", true, "NewReplicaSetAvailable", $"ReplicaSet \"{set}\" has successfully progressed."),
        _ => new Condition("Progressing", true, "ReplicaSetUpdated", $"ReplicaSet \"{set}\" is progressing."),
    };

    private void Remove(JsonObject orphan)
    {
        foreach (var pod in PodsOf(orphan)) replicas.Remove(pod);
        store.Delete(KindInfo.ReplicaSets, orphan.Namespace(), orphan.Name());
    }

    private List<JsonObject> PodsOf(JsonObject set) => replicas.PodsOf(set);

    private static JsonObject WithoutHash(JsonNode template)
    {
        var clean = (JsonObject)template.DeepClone();
        (clean.At("metadata", "labels") as JsonObject)?.Remove(HashLabel);
        return clean;
    }

    private static string Hash(JsonObject template)
    {
        const string Letters = "bcdfghjklmnpqrstvwxz2456789";
        return string.Concat(
            SHA256.HashData(Encoding.UTF8.GetBytes(template.ToJsonString())).Take(10).Select(b => Letters[b % Letters.Length]));
    }

    private static long HighestRevision(List<JsonObject> sets) => sets.Select(Workload.Revision).DefaultIfEmpty(0).Max();
}
