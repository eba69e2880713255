using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Kubernetes.Patches;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>The writes that the API server accepts: create, replace, patch, delete and evict.</summary>
internal sealed class ObjectWrites(ObjectStore store, FaultInjector faults)
{
    public JsonObject Create(ApiPath to, JsonObject item, bool dryRun) =>
        store.Create(to.Kind, to.Namespace ?? item.Namespace(), item, dryRun);

    public JsonObject Replace(ApiPath to, JsonObject item, bool dryRun) => Change(to, _ => item, dryRun);

    /// <summary>Applies a patch of the named media type; an apply patch creates what is missing.</summary>
    public (int Status, JsonObject Item) Patch(ApiPath to, string? mediaType, JsonNode patch, bool dryRun) => mediaType switch
    {
        "application/json-patch+json" => (200, Change(to, item => JsonPatch.Apply(item, (JsonArray)patch), dryRun)),
        "application/merge-patch+json" => (200, Change(to, item => MergePatch.Apply(item, (JsonObject)patch), dryRun)),
        "application/apply-patch+yaml" when store.Find(to.Kind, to.Namespace, to.Name!) is null =>
            (201, store.Create(to.Kind, to.Namespace, (JsonObject)patch, dryRun)),
        "application/strategic-merge-patch+json" or "application/apply-patch+yaml" =>
            (200, Change(to, item => StrategicMerge.Apply(item, (JsonObject)patch), dryRun)),
        _ => throw new ApiError(415, "UnsupportedMediaType", "the body of the request was in an unknown format"),
    };

    public JsonObject Delete(ApiPath to)
    {
        if (to.Kind != KindInfo.Pods)
        {
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

    private JsonObject Change(ApiPath to, Func<JsonObject, JsonObject> change, bool dryRun)
    {
        if (faults.Take(Fault.Conflict409)) throw ApiError.Conflict(to.Kind, to.Name!);
        if (to.Kind == KindInfo.Deployments && faults.Take(Fault.AdmissionRefuses)) throw ApiError.Denied("no deployments on Fridays");
        return store.Update(to.Kind, to.Namespace, to.Name!, change, dryRun);
    }
}
