using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Kubernetes.ManagedFields;
using RsolvDeploy.Sandbox.Kubernetes.Patches;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>The writes that the API server accepts: create, replace, patch, delete and evict.</summary>
internal sealed class ObjectWrites(ObjectStore store, ImagePolicy policy, FaultInjector faults)
{
    public JsonObject Create(ApiPath to, JsonObject item, WriteOptions options)
    {
        Admit(to);
        var admitted = policy.Admit(to.Kind, item);
        Defaults.Apply(to.Kind, admitted);
        var created = ManagedObject.Update(to.Kind, null, admitted, options);
        return store.Create(to.Kind, to.Namespace ?? item.Namespace(), created, options.DryRun);
    }

    public JsonObject Replace(ApiPath to, JsonObject item, WriteOptions options) => Change(to, _ => item, options);

    /// <summary>Applies a patch of the named media type; an apply patch creates what is missing.</summary>
    public (int Status, JsonObject Item) Patch(ApiPath to, string? mediaType, JsonNode patch, WriteOptions options) =>
        mediaType switch
        {
            "application/json-patch+json" => (200, Change(to, item => JsonPatch.Apply(item, (JsonArray)patch), options)),
            "application/merge-patch+json" => (200, Change(to, item => MergePatch.Apply(item, (JsonObject)patch), options)),
            "application/strategic-merge-patch+json" =>
                (200, Change(to, item => StrategicMerge.Apply(item, (JsonObject)patch), options)),
            "application/apply-patch+yaml" when store.Find(to.Kind, to.Namespace, to.Name!) is null =>
                (201, CreateApplied(to, (JsonObject)patch, options)),
            "application/apply-patch+yaml" =>
                (200, Write(to, item => Applied(to, item, (JsonObject)patch, options), options)),
            _ => throw new ApiError(415, "UnsupportedMediaType", "the body of the request was in an unknown format"),
        };

    public JsonObject Delete(ApiPath to, Preconditions preconditions)
    {
        if (to.Kind != KindInfo.Pods)
        {
            if (to.Kind == KindInfo.Namespaces) Empty(to.Name!);
            var gone = store.Delete(to.Kind, to.Namespace, to.Name!, item => preconditions.Check(to.Kind, item));
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
            preconditions.Check(to.Kind, pod);
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

    private JsonObject Change(ApiPath to, Func<JsonObject, JsonObject> change, WriteOptions options) => Write(to, item =>
    {
        var before = item.Copy();
        var changed = policy.Admit(to.Kind, change(item));
        // A client that sends no managers leaves them as they are.
        if (changed.At("metadata", "managedFields") is null && before.At("metadata", "managedFields") is { } known)
            changed.Object("metadata")["managedFields"] = known.DeepClone();
        Defaults.Apply(to.Kind, changed);
        return ManagedObject.Update(to.Kind, before, changed, options);
    }, options);

    private JsonObject CreateApplied(ApiPath to, JsonObject patch, WriteOptions options)
    {
        Admit(to);
        return store.Create(to.Kind, to.Namespace, Applied(to, [], patch, options), options.DryRun);
    }

    private JsonObject Applied(ApiPath to, JsonObject item, JsonObject patch, WriteOptions options)
    {
        var merged = ManagedObject.Apply(to.Kind, item, patch, options);
        var before = merged.Copy();
        // What admission changes belongs to the manager of the request, as an update.
        return ManagedObject.Update(to.Kind, before, policy.Admit(to.Kind, merged), options);
    }

    private JsonObject Write(ApiPath to, Func<JsonObject, JsonObject> change, WriteOptions options)
    {
        if (!options.DryRun && faults.Take(Fault.Conflict409)) throw ApiError.Conflict(to.Kind, to.Name!);
        Admit(to);
        return store.Update(to.Kind, to.Namespace, to.Name!, change, options.DryRun);
    }

    private void Admit(ApiPath to)
    {
        if (to.Kind == KindInfo.Deployments && faults.Take(Fault.AdmissionRefuses)) throw ApiError.Denied("no deployments on Fridays");
    }
}
