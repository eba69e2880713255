using System.Globalization;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>Admits pods as an API server does: by the namespace's quotas for pods, and by its <c>restricted</c> pod security.</summary>
internal static class PodAdmission
{
    /// <summary>Throws when the pod is not admitted.</summary>
    public static void Admit(ObjectStore store, string ns, JsonObject pod)
    {
        if ((Security(store, ns, pod) ?? Forbidden(store, ns, pod) ?? Quota(store, ns)) is not { } why) return;
        var name = $"{pod.At("metadata", "generateName").Text()}{ObjectStore.Suffix()}";
        throw new ApiError(403, "Forbidden", $"pods \"{name}\" is forbidden: {why}");
    }

    private static string? Quota(ObjectStore store, string ns)
    {
        var used = store.List(KindInfo.Pods, ns).Items.Count(pod => pod.At("status", "phase").Text() is not ("Failed" or "Succeeded"));
        foreach (var quota in store.List(KindInfo.Quotas, ns).Items)
        {
            if (quota.At("spec", "hard", "pods") is { } hard
                && int.Parse(hard.Text() ?? $"{hard.Number()}", CultureInfo.InvariantCulture) is var limit
                && used >= limit)
            {
                return $"exceeded quota: {quota.Name()}, requested: pods=1, used: pods={used}, limited: pods={limit}";
            }
        }

        return null;
    }

    // As a ValidatingAdmissionPolicy would: the namespace's annotation names an image that no pod may run.
    private static string? Forbidden(ObjectStore store, string ns, JsonObject pod) =>
        store.Find(KindInfo.Namespaces, null, ns).At("metadata", "annotations", "sandbox/forbidden-image").Text() is { } image
        && (pod.At("spec", "containers") as JsonArray ?? []).Any(one => one.At("image").Text() == image)
            ? "ValidatingAdmissionPolicy 'images' with binding 'images' denied request: this image is forbidden"
            : null;

    private static string? Security(ObjectStore store, string ns, JsonObject pod)
    {
        if (store.Find(KindInfo.Namespaces, null, ns).At("metadata", "labels", "pod-security.kubernetes.io/enforce").Text() != "restricted")
            return null;
        var container = pod.At("spec")?["containers"]?[0];
        return container.At("securityContext", "allowPrivilegeEscalation")?.GetValue<bool>() == false ? null
            : $"violates PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false (container \"{container.At("name").Text()}\" "
                + "must set securityContext.allowPrivilegeEscalation=false)";
    }
}
