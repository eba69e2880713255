using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>Rolls Deployments out by ReplicaSets, as the real controllers do: surge, unavailable, revisions, conditions, deadline, events.</summary>
internal sealed class DeploymentController(ObjectStore store, EventRecorder events, ReplicaSetController replicas)
{
    private const string RevisionKey = "deployment.kubernetes.io/revision";
    private const string HistoryKey = "deployment.kubernetes.io/revision-history";
    private const string HashLabel = "pod-template-hash";
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
            UpdateStatus(deployment, newest, sets, now);
            return;
        }

        if (newest is null)
        {
            newest = CreateSet(deployment, sets);
            sets.Add(newest);
        }

        Number(deployment, newest, sets);
        Scale(deployment, newest, [.. sets.Where(set => set.Uid() != newest.Uid())]);
        var current = store.List(KindInfo.ReplicaSets, deployment.Namespace()).Items.Where(set => set.IsOwnedBy(deployment)).ToList();
        Prune(deployment, newest, current);
        UpdateStatus(deployment, current.FirstOrDefault(set => set.Uid() == newest.Uid()), current, now);
    }

    private static JsonObject? Newest(JsonObject deployment, List<JsonObject> sets) =>
        sets.FirstOrDefault(set => JsonNode.DeepEquals(WithoutHash(set["spec"]!["template"]!), WithoutHash(deployment["spec"]!["template"]!)));

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
                ["annotations"] = new JsonObject { [RevisionKey] = (HighestRevision(sets) + 1).ToString(CultureInfo.InvariantCulture) },
                ["ownerReferences"] = new JsonArray(Owner(deployment)),
            },
            ["spec"] = new JsonObject { ["replicas"] = 0, ["selector"] = selector, ["template"] = template },
            ["status"] = new JsonObject { ["replicas"] = 0 },
        });
    }

    // A template that comes back keeps its ReplicaSet and gets the next number; the old number goes into the history.
    private void Number(JsonObject deployment, JsonObject newest, List<JsonObject> sets)
    {
        var highest = HighestRevision([.. sets.Where(set => set.Uid() != newest.Uid())]);
        var mine = Revision(newest);
        if (mine <= highest)
        {
            store.Update(KindInfo.ReplicaSets, newest.Namespace(), newest.Name(), set =>
            {
                var annotations = set.Object("metadata").Object("annotations");
                annotations[HistoryKey] = annotations[HistoryKey].Text() is { Length: > 0 } before ? $"{before},{mine}" : $"{mine}";
                annotations[RevisionKey] = (highest + 1).ToString(CultureInfo.InvariantCulture);
                return Unversioned(set);
            });
            mine = highest + 1;
        }

        store.Update(KindInfo.Deployments, deployment.Namespace(), deployment.Name(), current =>
        {
            current.Object("metadata").Object("annotations")[RevisionKey] = mine.ToString(CultureInfo.InvariantCulture);
            return Unversioned(current);
        });
    }

    private void Scale(JsonObject deployment, JsonObject newest, List<JsonObject> old)
    {
        var wanted = deployment.At("spec", "replicas").Number() ?? 1;
        var pods = old.Append(newest).ToDictionary(set => set.Uid(), PodsOf);
        if (deployment.At("spec", "strategy", "type").Text() == "Recreate")
        {
            foreach (var set in old) ScaleTo(deployment, set, 0, "down");
            if (old.All(set => pods[set.Uid()].Count == 0)) ScaleTo(deployment, newest, wanted, "up");
            return;
        }

        var (surge, unavailable) = Limits(deployment, wanted);
        var total = old.Append(newest).Sum(Replicas);
        var room = wanted + surge - total;
        if (Replicas(newest) > wanted) ScaleTo(deployment, newest, wanted, "down");
        else if (Replicas(newest) < wanted && room > 0) ScaleTo(deployment, newest, Math.Min(wanted, Replicas(newest) + room), "up");
        ScaleDown(deployment, newest, old, pods, wanted - unavailable);
    }

    private void ScaleDown(JsonObject deployment, JsonObject newest, List<JsonObject> old, Dictionary<string, List<JsonObject>> pods, int least)
    {
        var newReady = pods[newest.Uid()].Count(IsReady);
        var newUnready = Replicas(newest) - newReady;
        var spare = old.Sum(Replicas) + Replicas(newest) - least - newUnready;
        foreach (var set in old.OrderBy(Revision))
        {
            if (spare <= 0 || Replicas(set) == 0) continue;
            // What is not ready serves nobody, so it goes first.
            var unready = Math.Min(spare, Replicas(set) - pods[set.Uid()].Count(IsReady));
            var ready = Math.Min(spare - unready, Math.Max(0, old.Sum(one => pods[one.Uid()].Count(IsReady)) + newReady - least));
            var drop = Math.Min(Replicas(set), unready + ready);
            if (drop <= 0) continue;
            ScaleTo(deployment, set, Replicas(set) - drop, "down");
            spare -= drop;
        }
    }

    private void ScaleTo(JsonObject deployment, JsonObject set, int replicas, string direction)
    {
        var before = Replicas(set);
        if (before == replicas) return;
        store.Update(KindInfo.ReplicaSets, set.Namespace(), set.Name(), current =>
        {
            current["spec"]!["replicas"] = replicas;
            return Unversioned(current);
        });
        set["spec"]!["replicas"] = replicas;
        events.Record(deployment, "deployment-controller", "Normal", "ScalingReplicaSet", $"Scaled {direction} replica set {set.Name()} from {before} to {replicas}");
    }

    private void Prune(JsonObject deployment, JsonObject newest, List<JsonObject> sets)
    {
        var limit = deployment.At("spec", "revisionHistoryLimit").Number() ?? 10;
        foreach (var set in sets.Where(set => set.Uid() != newest.Uid() && Replicas(set) == 0 && PodsOf(set).Count == 0).OrderByDescending(Revision).Skip(limit)) store.Delete(KindInfo.ReplicaSets, set.Namespace(), set.Name());
    }

    private void UpdateStatus(JsonObject deployment, JsonObject? newest, List<JsonObject> sets, DateTimeOffset now)
    {
        var wanted = deployment.At("spec", "replicas").Number() ?? 1;
        var all = sets.SelectMany(PodsOf).ToList();
        var updated = newest is null ? [] : PodsOf(newest);
        var available = all.Count(IsReady);
        var complete = newest is not null && updated.Count == wanted && all.Count == wanted && available == wanted;
        var progress = $"{deployment.At("metadata", "generation")}/{newest.At("metadata", "uid")}/{updated.Count}/{updated.Count(IsReady)}/{all.Count}";
        if (!_progress.TryGetValue(deployment.Uid(), out var known) || known.Progress != progress) _progress[deployment.Uid()] = known = (progress, now);
        var deadline = deployment.At("spec", "progressDeadlineSeconds").Number() ?? 600;
        var late = !complete && now - known.Since >= TimeSpan.FromSeconds(deadline);
        var (_, unavailable) = Limits(deployment, wanted);
        store.Update(KindInfo.Deployments, deployment.Namespace(), deployment.Name(), current =>
        {
            var status = new JsonObject { ["observedGeneration"] = deployment.At("metadata", "generation")!.DeepClone() };
            Count(status, "replicas", all.Count);
            Count(status, "updatedReplicas", updated.Count);
            Count(status, "readyReplicas", available);
            Count(status, "availableReplicas", available);
            Count(status, "unavailableReplicas", Math.Max(0, Math.Max(wanted, all.Count) - available));
            var enough = available >= wanted - unavailable;
            status["conditions"] = new JsonArray(
                Conditions.Next(current, "Available", enough, enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
                    enough ? "Deployment has minimum availability." : "Deployment does not have minimum availability.", now),
                Conditions.Next(current, "Progressing", !late, late ? "ProgressDeadlineExceeded" : complete ? "NewReplicaSetAvailable" : "ReplicaSetUpdated",
                    late ? $"ReplicaSet \"{newest?.Name()}\" has timed out progressing." : complete ? $"ReplicaSet \"{newest!.Name()}\" has successfully progressed." : $"ReplicaSet \"{newest?.Name()}\" is progressing.", now));
            if (Conditions.For(newest, ReplicaSetController.Failure) is { } refused) ((JsonArray)status["conditions"]!).Add(refused);
            current["status"] = status;
            return Unversioned(current);
        });

        static void Count(JsonObject status, string name, int count)
        {
            if (count > 0) status[name] = count;
        }
    }

    private void Remove(JsonObject orphan)
    {
        foreach (var pod in PodsOf(orphan)) replicas.Remove(pod);
        store.Delete(KindInfo.ReplicaSets, orphan.Namespace(), orphan.Name());
    }

    private List<JsonObject> PodsOf(JsonObject set) => replicas.PodsOf(set);

    private static (int Surge, int Unavailable) Limits(JsonObject deployment, int wanted)
    {
        var rolling = deployment.At("spec", "strategy", "rollingUpdate");
        var surge = Share(rolling.At("maxSurge"), wanted, up: true);
        var unavailable = Share(rolling.At("maxUnavailable"), wanted, up: false);
        return (surge, surge == 0 && unavailable == 0 ? 1 : unavailable);
    }

    private static int Share(JsonNode? limit, int wanted, bool up)
    {
        if (limit.Number() is { } number) return number;
        var percent = int.Parse((limit.Text() ?? "25%").TrimEnd('%'), CultureInfo.InvariantCulture);
        return (int)(up ? Math.Ceiling(wanted * percent / 100.0) : Math.Floor(wanted * percent / 100.0));
    }

    private static JsonObject WithoutHash(JsonNode template)
    {
        var clean = (JsonObject)template.DeepClone();
        (clean.At("metadata", "labels") as JsonObject)?.Remove(HashLabel);
        return clean;
    }

    private static string Hash(JsonObject template)
    {
        const string Letters = "bcdfghjklmnpqrstvwxz2456789";
        return string.Concat(SHA256.HashData(Encoding.UTF8.GetBytes(template.ToJsonString())).Take(10).Select(b => Letters[b % Letters.Length]));
    }

    public static JsonObject Owner(JsonObject owner) => new()
    {
        ["apiVersion"] = owner["apiVersion"].Text(),
        ["kind"] = owner["kind"].Text(),
        ["name"] = owner.Name(),
        ["uid"] = owner.Uid(),
        ["controller"] = true,
        ["blockOwnerDeletion"] = true,
    };

    public static int Replicas(JsonObject set) => set.At("spec", "replicas").Number() ?? 0;

    private static long Revision(JsonObject set) => long.TryParse(set.At("metadata", "annotations", RevisionKey).Text(), CultureInfo.InvariantCulture, out var revision) ? revision : 0;

    private static long HighestRevision(List<JsonObject> sets) => sets.Select(Revision).DefaultIfEmpty(0).Max();

    public static bool IsReady(JsonObject pod) =>
        (pod.At("status", "conditions") as JsonArray ?? []).Any(condition => condition.At("type").Text() == "Ready" && condition.At("status").Text() == "True");

    public static JsonObject Unversioned(JsonObject item)
    {
        item.Object("metadata").Remove("resourceVersion");
        return item;
    }
}
