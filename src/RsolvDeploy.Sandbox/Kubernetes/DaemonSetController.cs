using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>Runs the pod of a DaemonSet on the sandbox's one node, and replaces it as the real controller does.</summary>
internal sealed class DaemonSetController(ObjectStore store, EventRecorder events, RevisionHistory revisions)
{
    private const string HashLabel = "controller-revision-hash";

    public void Sync()
    {
        var sets = store.List(KindInfo.DaemonSets, null).Items;
        revisions.RemoveOrphans("DaemonSet", sets);
        foreach (var pod in store.List(KindInfo.Pods, null).Items)
            if (Workload.OwnerKind(pod) == "DaemonSet" && !sets.Any(pod.IsOwnedBy)) store.MarkDeleted(pod);
        foreach (var set in sets.Where(set => set.At("spec", "template", "spec") is JsonObject)) Sync(set);
    }

    private void Sync(JsonObject set)
    {
        var revision = revisions.Current(set, HashLabel);
        var hash = revision.At("metadata", "labels", HashLabel).Text()!;
        var pods = PodsOf(set);
        if (pods.Count == 0) Create(set, hash);
        else if (set.At("spec", "updateStrategy", "type").Text() == "RollingUpdate") Replace(set, pods, hash);
        UpdateStatus(set, hash);
        revisions.Prune(
            set, PodsOf(set).Select(pod => $"{set.Name()}-{Hash(pod)}").Append(revision.Name()).ToHashSet(StringComparer.Ordinal));
    }

    // With one node, an old pod that is unavailable and one that is available may both go: maxUnavailable is at least 1.
    private void Replace(JsonObject set, List<JsonObject> pods, string hash)
    {
        foreach (var old in pods.Where(pod => Hash(pod) != hash && !IsTerminating(pod)))
        {
            store.MarkDeleted(old);
            events.Record(set, "daemonset-controller", "Normal", "SuccessfulDelete", $"Deleted pod: {old.Name()}");
        }
    }

    private void Create(JsonObject set, string hash)
    {
        var template = ((JsonObject)set.At("spec", "template")!).Copy();
        var metadata = template.Object("metadata").Copy();
        metadata["generateName"] = set.Name() + "-";
        metadata.Object("labels")[HashLabel] = hash;
        metadata["ownerReferences"] = new JsonArray(set.OwnerReference());
        var pod = new JsonObject
        {
            ["metadata"] = metadata,
            ["spec"] = template.Object("spec").Copy(),
            ["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = "Burstable" },
        };
        try
        {
            PodAdmission.Admit(store, set.Namespace(), pod);
        }
        catch (ApiError e)
        {
            events.Record(set, "daemonset-controller", "Warning", "FailedCreate", $"Error creating: {e.Message}");
            return;
        }

        var created = store.Create(KindInfo.Pods, set.Namespace(), pod);
        events.Record(set, "daemonset-controller", "Normal", "SuccessfulCreate", $"Created pod: {created.Name()}");
    }

    private void UpdateStatus(JsonObject set, string hash)
    {
        var pods = PodsOf(set);
        var (ready, updated) = (pods.Count(Workload.IsReady), pods.Count(pod => Hash(pod) == hash));
        var status = new JsonObject
        {
            ["currentNumberScheduled"] = pods.Count,
            ["desiredNumberScheduled"] = 1,
            ["numberMisscheduled"] = 0,
            ["numberReady"] = ready,
            ["observedGeneration"] = set.At("metadata", "generation")?.DeepClone(),
        };
        if (updated > 0) status["updatedNumberScheduled"] = updated;
        if (ready > 0) status["numberAvailable"] = ready;
        if (ready < 1) status["numberUnavailable"] = 1 - ready;
        store.Update(KindInfo.DaemonSets, set.Namespace(), set.Name(), now =>
        {
            now["status"] = status;
            return now.Unversioned();
        });
    }

    private List<JsonObject> PodsOf(JsonObject set) =>
        [.. store.List(KindInfo.Pods, set.Namespace()).Items.Where(pod => pod.IsOwnedBy(set))];

    private static string Hash(JsonObject pod) => pod.At("metadata", "labels", HashLabel).Text() ?? "";

    private static bool IsTerminating(JsonObject pod) => pod.At("metadata", "deletionTimestamp") is not null;
}
