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

    public static JsonObject Unversioned(this JsonObject item)
    {
        item.Object("metadata").Remove("resourceVersion");
        return item;
    }
}
