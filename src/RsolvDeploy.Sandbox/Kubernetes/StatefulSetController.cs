using System.Globalization;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>Creates and replaces the pods of StatefulSets in order, as the real controller does, with its ControllerRevisions.</summary>
internal sealed class StatefulSetController(
    ObjectStore store, EventRecorder events, RevisionHistory revisions, bool countsBrokenPods)
{
    private const string HashLabel = "controller-revision-hash";

    public void Sync()
    {
        var sets = store.List(KindInfo.StatefulSets, null).Items;
        revisions.RemoveOrphans("StatefulSet", sets);
        foreach (var pod in store.List(KindInfo.Pods, null).Items)
            if (Workload.OwnerKind(pod) == "StatefulSet" && !sets.Any(pod.IsOwnedBy)) store.MarkDeleted(pod);
        foreach (var set in sets.Where(set => set.At("spec", "template", "spec") is JsonObject)) Sync(set);
    }

    private void Sync(JsonObject set)
    {
        var update = revisions.Current(set, "controller.kubernetes.io/hash").Name();
        var current = set.At("status", "currentRevision").Text() is { Length: > 0 } known ? known : update;
        if (revisions.Template(set.Namespace(), current) is null) current = update;
        var refused = Scale(set, current, update);
        UpdateStatus(set, current, update);
        if (refused is not null) events.Record(set, "statefulset-controller", "Warning", "FailedCreate", refused);
        revisions.Prune(set, PodsOf(set).Select(Hash).Append(current).Append(update).ToHashSet(StringComparer.Ordinal));
    }

    // Creates what is missing from the lowest ordinal, then replaces old pods from the highest, one at a time.
    private string? Scale(JsonObject set, string current, string update)
    {
        var replicas = set.Replicas();
        var ordered = set.At("spec", "podManagementPolicy").Text() != "Parallel";
        var rolling = set.At("spec", "updateStrategy", "type").Text() == "RollingUpdate";
        var partition = set.At("spec", "updateStrategy", "rollingUpdate", "partition").Number() ?? 0;
        var pods = PodsOf(set).ToDictionary(Ordinal);
        for (var ordinal = 0; ordinal < replicas; ordinal++)
        {
            if (!pods.TryGetValue(ordinal, out var pod))
            {
                if (Create(set, ordinal, rolling && ordinal < partition ? current : update) is { } refused) return refused;
                if (ordered) return null;
            }
            else if (ordered && !IsHealthy(pod))
            {
                return null;
            }
        }

        foreach (var (_, pod) in pods.Where(one => one.Key >= replicas).OrderByDescending(one => one.Key))
        {
            Delete(set, pod);
            if (ordered) return null;
        }

        if (!rolling || (countsBrokenPods && pods.Values.Any(pod => Ordinal(pod) < replicas && !IsHealthy(pod)))) return null;
        for (var ordinal = replicas - 1; ordinal >= partition; ordinal--)
        {
            if (!pods.TryGetValue(ordinal, out var pod)) return null;
            if (Hash(pod) != update)
            {
                Delete(set, pod);
                return null;
            }

            if (!IsHealthy(pod)) return null;
        }

        return null;
    }

    private string? Create(JsonObject set, int ordinal, string revision)
    {
        var name = $"{set.Name()}-{ordinal.ToString(CultureInfo.InvariantCulture)}";
        var template = revisions.Template(set.Namespace(), revision)!;
        var labels = template.Object("metadata").Object("labels");
        labels["apps.kubernetes.io/pod-index"] = ordinal.ToString(CultureInfo.InvariantCulture);
        labels[HashLabel] = revision;
        labels["statefulset.kubernetes.io/pod-name"] = name;
        var metadata = template.Object("metadata").Copy();
        metadata["name"] = name;
        metadata["generateName"] = set.Name() + "-";
        metadata["ownerReferences"] = new JsonArray(set.OwnerReference());
        var spec = template.Object("spec").Copy();
        spec["hostname"] = name;
        var pod = new JsonObject
        {
            ["metadata"] = metadata,
            ["spec"] = spec,
            ["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = "Burstable" },
        };
        try
        {
            PodAdmission.Admit(store, set.Namespace(), pod);
        }
        catch (ApiError e)
        {
            return $"Create Pod {name} in StatefulSet {set.Name()} failed error: {e.Message}";
        }

        store.Create(KindInfo.Pods, set.Namespace(), pod);
        events.Record(
            set, "statefulset-controller", "Normal", "SuccessfulCreate", $"Create Pod {name} in StatefulSet {set.Name()} successful");
        return null;
    }

    private void Delete(JsonObject set, JsonObject pod)
    {
        if (IsTerminating(pod)) return;
        store.MarkDeleted(pod);
        events.Record(
            set, "statefulset-controller", "Normal", "SuccessfulDelete", $"Delete Pod {pod.Name()} in StatefulSet {set.Name()} successful");
    }

    private void UpdateStatus(JsonObject set, string current, string update)
    {
        var pods = PodsOf(set);
        var live = pods.Where(pod => !IsTerminating(pod)).ToList();
        var (ready, updated) = (pods.Count(Workload.IsReady), live.Count(pod => Hash(pod) == update));
        var replicas = set.Replicas();
        // The update is complete: from now on its revision is the current one.
        if (updated == replicas && ready == replicas && pods.Count == replicas) current = update;
        var status = new JsonObject
        {
            ["observedGeneration"] = set.At("metadata", "generation")?.DeepClone(),
            ["replicas"] = pods.Count,
            ["availableReplicas"] = ready,
            ["collisionCount"] = 0,
            ["currentRevision"] = current,
            ["updateRevision"] = update,
        };
        if (ready > 0) status["readyReplicas"] = ready;
        if (updated > 0) status["updatedReplicas"] = updated;
        if (live.Count(pod => Hash(pod) == current) is > 0 and var old) status["currentReplicas"] = old;
        store.Update(KindInfo.StatefulSets, set.Namespace(), set.Name(), now =>
        {
            now["status"] = status;
            return now.Unversioned();
        });
    }

    private List<JsonObject> PodsOf(JsonObject set) =>
        [.. store.List(KindInfo.Pods, set.Namespace()).Items.Where(pod => pod.IsOwnedBy(set))];

    private static int Ordinal(JsonObject pod) => int.Parse(pod.Name()[(pod.Name().LastIndexOf('-') + 1)..], CultureInfo.InvariantCulture);

    private static string Hash(JsonObject pod) => pod.At("metadata", "labels", HashLabel).Text() ?? "";

    private static bool IsTerminating(JsonObject pod) => pod.At("metadata", "deletionTimestamp") is not null;

    private static bool IsHealthy(JsonObject pod) => pod.IsReady() && !IsTerminating(pod);
}
