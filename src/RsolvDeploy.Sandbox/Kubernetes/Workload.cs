using System.Globalization;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>What controllers read from ReplicaSets and pods.</summary>
internal static class Workload
{
    public const string RevisionKey = "deployment.kubernetes.io/revision";

    public static JsonObject OwnerReference(this JsonObject owner) => new()
    {
        ["apiVersion"] = owner["apiVersion"].Text(),
        ["kind"] = owner["kind"].Text(),
        ["name"] = owner.Name(),
        ["uid"] = owner.Uid(),
        ["controller"] = true,
        ["blockOwnerDeletion"] = true,
    };

    public static int Replicas(this JsonObject set) => set.At("spec", "replicas").Number() ?? 0;

    public static long Revision(this JsonObject set) =>
        long.TryParse(set.At("metadata", "annotations", RevisionKey).Text(), CultureInfo.InvariantCulture, out var revision) ? revision : 0;

    public static bool IsReady(this JsonObject pod) =>
        (pod.At("status", "conditions") as JsonArray ?? [])
            .Any(condition => condition.At("type").Text() == "Ready" && condition.At("status").Text() == "True");

    /// <summary>Whether it has been ready for long enough to count as available.</summary>
    public static bool IsAvailable(this JsonObject pod, TimeSpan minReady, DateTimeOffset now) => pod.IsReady()
        && (minReady == TimeSpan.Zero
            || DateTimeOffset.Parse(Conditions.For(pod, "Ready")!["lastTransitionTime"].Text()!, CultureInfo.InvariantCulture) + minReady
                <= now);

    /// <summary>The kind of the controller that owns an object; null when none does.</summary>
    public static string? OwnerKind(this JsonObject item) =>
        (item.At("metadata", "ownerReferences") as JsonArray)?.FirstOrDefault().At("kind").Text();

    /// <summary>Marks a pod as terminating; the kubelet deletes it when its containers have ended.</summary>
    public static void MarkDeleted(this ObjectStore store, JsonObject pod) =>
        store.Update(KindInfo.Pods, pod.Namespace(), pod.Name(), current =>
        {
            current.Object("metadata")["deletionTimestamp"] ??= Json.Stamp(DateTimeOffset.UtcNow);
            current.Object("metadata")["deletionGracePeriodSeconds"] ??= current.At("spec", "terminationGracePeriodSeconds").Number() ?? 30;
            return current.Unversioned();
        });

    public static JsonObject Unversioned(this JsonObject item)
    {
        item.Object("metadata").Remove("resourceVersion");
        return item;
    }
}
