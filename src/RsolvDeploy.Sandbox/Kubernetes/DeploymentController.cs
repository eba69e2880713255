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
    private readonly DeploymentScaler _scaler = new(store, events);

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
            _scaler.ScalePaused(deployment, sets);
            UpdateStatus(deployment, new DeploymentStatus(deployment, newest, sets, now));
            return;
        }

        if (newest is null && _scaler.RemovesOld(deployment, sets))
        {
            UpdateStatus(deployment, new DeploymentStatus(deployment, null, sets, now));
            return;
        }

        var isCreated = newest is null;
        if (newest is null)
        {
            newest = CreateSet(deployment, sets);
            sets.Add(newest);
        }

        Number(deployment, newest, sets);
        _scaler.Scale(deployment, newest, [.. sets.Where(set => set.Uid() != newest.Uid())]);
        var current = store.List(KindInfo.ReplicaSets, deployment.Namespace()).Items.Where(set => set.IsOwnedBy(deployment)).ToList();
        Prune(deployment, newest, current);
        newest = current.Find(set => set.Uid() == newest.Uid());
        UpdateStatus(deployment, new DeploymentStatus(deployment, newest, current, now) { IsCreated = isCreated });
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
            ["spec"] = new JsonObject
            {
                ["replicas"] = 0,
                ["minReadySeconds"] = MinReadySeconds(deployment),
                ["selector"] = selector,
                ["template"] = template,
            },
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

        if ((newest.At("spec", "minReadySeconds").Number() ?? 0) != MinReadySeconds(deployment))
        {
            store.Update(KindInfo.ReplicaSets, newest.Namespace(), newest.Name(), set =>
            {
                set["spec"]!["minReadySeconds"] = MinReadySeconds(deployment);
                return set.Unversioned();
            });
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

    private void UpdateStatus(JsonObject deployment, DeploymentStatus status) =>
        store.Update(KindInfo.Deployments, deployment.Namespace(), deployment.Name(), current =>
        {
            current["status"] = status.Create();
            return current.Unversioned();
        });

    private void Remove(JsonObject orphan)
    {
        foreach (var pod in PodsOf(orphan)) replicas.Remove(pod);
        store.Delete(KindInfo.ReplicaSets, orphan.Namespace(), orphan.Name());
    }

    private List<JsonObject> PodsOf(JsonObject set) => replicas.PodsOf(set);

    private static int MinReadySeconds(JsonObject deployment) => deployment.At("spec", "minReadySeconds").Number() ?? 0;

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
