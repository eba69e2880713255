using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>Keeps the wanted number of pods for each ReplicaSet, and reports why pods cannot be created.</summary>
internal sealed class ReplicaSetController(ObjectStore store, EventRecorder events)
{
    /// <summary>The condition that reports refused pods; the Deployment repeats it.</summary>
    public const string Failure = "ReplicaFailure";

    private readonly Dictionary<string, CreationBackOff> _backOffs = new(StringComparer.Ordinal);

    public void Sync(JsonObject set, DateTimeOffset now)
    {
        var pods = PodsOf(set);
        var wanted = set.Replicas();
        var refused = TryCreate(set, wanted - pods.Count, now);
        foreach (var pod in pods.OrderBy(Workload.IsReady)
            .ThenByDescending(pod => pod.At("metadata", "creationTimestamp").Text(), StringComparer.Ordinal)
            .Take(Math.Max(0, pods.Count - wanted)))
        {
            events.Record(set, "replicaset-controller", "Normal", "SuccessfulDelete", $"Deleted pod: {pod.Name()}");
            Remove(pod);
        }

        var left = PodsOf(set);
        var ready = left.Count(Workload.IsReady);
        var minReady = TimeSpan.FromSeconds(set.At("spec", "minReadySeconds").Number() ?? 0);
        store.Update(KindInfo.ReplicaSets, set.Namespace(), set.Name(), current =>
        {
            var status = new JsonObject
            {
                ["replicas"] = left.Count,
                ["fullyLabeledReplicas"] = left.Count,
                ["readyReplicas"] = ready,
                ["availableReplicas"] = left.Count(pod => pod.IsAvailable(minReady, now)),
                ["observedGeneration"] = current.At("metadata", "generation").Number() ?? 1,
            };
            if (refused is not null)
            {
                status["conditions"] = new JsonArray(
                    Conditions.Next(current, new Condition(Failure, true, "FailedCreate", Same(current, refused)), now));
            }

            current["status"] = status;
            return current.Unversioned();
        });
    }

    /// <summary>The pods of a ReplicaSet that are neither finished nor terminating.</summary>
    public List<JsonObject> PodsOf(JsonObject set) =>
        [.. store.List(KindInfo.Pods, set.Namespace()).Items.Where(pod => pod.IsOwnedBy(set)
            && pod.At("metadata", "deletionTimestamp") is null
            && pod.At("status", "phase").Text() is not ("Failed" or "Succeeded"))];

    /// <summary>Marks a pod as terminating; the kubelet deletes it when its containers have ended.</summary>
    public void Remove(JsonObject pod) => store.MarkDeleted(pod);

    // A change of the set is tried at once; other attempts wait for the back-off.
    private string? TryCreate(JsonObject set, int count, DateTimeOffset now)
    {
        var before = _backOffs.GetValueOrDefault(set.Uid());
        if (count > 0 && before is not null && before.Waits(count, now)) return before.Refused;
        var refused = Create(set, count);
        if (refused is null) _backOffs.Remove(set.Uid());
        else _backOffs[set.Uid()] = (before ?? CreationBackOff.None).After(refused, count, now);
        return refused;
    }

    private string? Create(JsonObject set, int count)
    {
        for (; count > 0; count--)
        {
            try
            {
                CreatePod(set);
            }
            catch (ApiError e)
            {
                return e.Message;
            }
        }

        return null;
    }

    private void CreatePod(JsonObject set)
    {
        var template = set["spec"]!["template"]!;
        var metadata = template["metadata"] is JsonObject given ? given.Copy() : [];
        metadata["generateName"] = set.Name() + "-";
        metadata["ownerReferences"] = new JsonArray(set.OwnerReference());
        var pod = new JsonObject
        {
            ["metadata"] = metadata,
            ["spec"] = template["spec"]!.DeepClone(),
            ["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = "Burstable" },
        };
        try
        {
            PodAdmission.Admit(store, set.Namespace(), pod);
        }
        catch (ApiError e)
        {
            events.Record(set, "replicaset-controller", "Warning", "FailedCreate", $"Error creating: {e.Message}");
            throw;
        }

        events.Record(
            set,
            "replicaset-controller",
            "Normal",
            "SuccessfulCreate",
            $"Created pod: {store.Create(KindInfo.Pods, set.Namespace(), pod).Name()}");
    }

    // Each attempt has a new pod name. The first message stays, so that the condition does not change all the time.
    private static string Same(JsonObject set, string refused) =>
        Conditions.For(set, Failure) is { } before ? before["message"].Text()! : refused;
}
