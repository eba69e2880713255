using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Kubernetes.Patches;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>The writes that the API server accepts: create, replace, patch, delete and evict.</summary>
internal sealed class ObjectWrites(ObjectStore store, FaultInjector faults)
{
    public JsonObject Create(ApiPath to, JsonObject item, WriteOptions options) =>
        store.Create(to.Kind, to.Namespace ?? item.Namespace(), Recorded(to, null, item, options), options.DryRun);

    public JsonObject Replace(ApiPath to, JsonObject item, WriteOptions options) => Change(to, _ => item, options);

    /// <summary>Applies a patch of the named media type; an apply patch creates what is missing.</summary>
    public (int Status, JsonObject Item) Patch(ApiPath to, string? mediaType, JsonNode patch, WriteOptions options) => mediaType switch
    {
        "application/json-patch+json" => (200, Change(to, item => JsonPatch.Apply(item, (JsonArray)patch), options)),
        "application/merge-patch+json" => (200, Change(to, item => MergePatch.Apply(item, (JsonObject)patch), options)),
        "application/apply-patch+yaml" when store.Find(to.Kind, to.Namespace, to.Name!) is null =>
            (201, Create(to, (JsonObject)patch, options)),
        "application/strategic-merge-patch+json" or "application/apply-patch+yaml" =>
            (200, Change(to, item => StrategicMerge.Apply(item, (JsonObject)patch), options)),
        _ => throw new ApiError(415, "UnsupportedMediaType", "the body of the request was in an unknown format"),
    };

    public JsonObject Delete(ApiPath to)
    {
        if (to.Kind != KindInfo.Pods)
        {
            if (to.Kind == KindInfo.Namespaces) Empty(to.Name!);
            var gone = store.Delete(to.Kind, to.Namespace, to.Name!);
            // The API server returns a Status for most kinds, and the deleted object for a few.
            return to.Kind.Plural is "services" or "serviceaccounts" or "resourcequotas" or "persistentvolumeclaims" or "namespaces"
                ? gone
                : new JsonObject
                {
                    ["kind"] = "Status",
                    ["apiVersion"] = "v1",
                    ["metadata"] = new JsonObject(),
                    ["status"] = "Success",
                    ["details"] = new JsonObject { ["name"] = to.Name, ["kind"] = to.Kind.Plural, ["uid"] = gone.Uid() },
                };
        }

        return store.Update(to.Kind, to.Namespace, to.Name!, pod =>
        {
            pod.Object("metadata")["deletionTimestamp"] = Json.Stamp(DateTimeOffset.UtcNow);
            return pod;
        });
    }

    // What is in a namespace goes with it, owners first, so that no controller creates it again.
    private void Empty(string ns)
    {
        foreach (var kind in store.Kinds.Where(kind => kind.Namespaced).OrderBy(kind => kind != KindInfo.Deployments))
            foreach (var item in store.List(kind, ns).Items) Forget(kind, item);
    }

    private void Forget(KindInfo kind, JsonObject item)
    {
        try
        {
            store.Delete(kind, item.Namespace(), item.Name());
        }
        catch (ApiError)
        {
            // A controller was faster.
        }
    }

    public JsonObject Evict(ApiPath to, JsonObject eviction)
    {
        store.Update(to.Kind, to.Namespace, to.Name!, pod =>
        {
            var conditions = pod.Object("status")["conditions"] as JsonArray ?? [];
            conditions.Add(Conditions.Next(
                pod, new Condition("DisruptionTarget", true, "EvictionByEvictionAPI", "Eviction API: evicting"), DateTimeOffset.UtcNow));
            pod.Object("status")["conditions"] = conditions.DeepClone();
            pod.Object("metadata")["deletionTimestamp"] = Json.Stamp(DateTimeOffset.UtcNow);
            return pod;
        });
        return new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = eviction["metadata"]?.DeepClone(),
            ["status"] = "Success",
        };
    }

    private JsonObject Change(ApiPath to, Func<JsonObject, JsonObject> change, WriteOptions options)
    {
        if (faults.Take(Fault.Conflict409)) throw ApiError.Conflict(to.Kind, to.Name!);
        if (to.Kind == KindInfo.Deployments && faults.Take(Fault.AdmissionRefuses)) throw ApiError.Denied("no deployments on Fridays");
        return store.Update(
            to.Kind, to.Namespace, to.Name!, current => Recorded(to, current.Copy(), change(current), options), options.DryRun);
    }

    private static JsonObject Recorded(ApiPath to, JsonObject? before, JsonObject after, WriteOptions options) =>
        ManagedFields.AreRecorded(to.Kind) ? ManagedFields.Record(before, after, options.Manager) : after;
}
