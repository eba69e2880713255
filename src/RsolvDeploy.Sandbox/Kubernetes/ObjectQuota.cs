using System.Globalization;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>Admits objects by the quotas of their number, as an API server does. Pods are admitted by <see cref="PodAdmission"/>.</summary>
internal static class ObjectQuota
{
    /// <summary>Throws when one more object is above a quota.</summary>
    public static void Admit(ObjectStore store, KindInfo kind, string ns, JsonObject item)
    {
        if (kind == KindInfo.Pods) return;
        foreach (var quota in store.List(KindInfo.Quotas, ns).Items)
        {
            foreach (var (resource, counts) in Resources(kind))
            {
                if (!counts(item) || quota.At("spec", "hard", resource) is not { } hard) continue;
                var limit = int.Parse(hard.Text() ?? $"{hard.Number()}", CultureInfo.InvariantCulture);
                var used = store.List(kind, ns).Items.Count(counts);
                if (used < limit) continue;
                throw new ApiError(
                    403,
                    "Forbidden",
                    $"{kind.QualifiedName} \"{item.Name()}\" is forbidden: exceeded quota: {quota.Name()}, requested: {resource}=1, "
                        + $"used: {resource}={used}, limited: {resource}={limit}");
            }
        }
    }

    private static IEnumerable<(string Resource, Func<JsonObject, bool> Counts)> Resources(KindInfo kind)
    {
        yield return ($"count/{kind.QualifiedName}", _ => true);
        if (kind.Group.Length == 0) yield return (kind.Plural, _ => true);
        if (kind == KindInfo.Services)
            yield return ("services.nodeports", service => service.At("spec", "type").Text() is "NodePort" or "LoadBalancer");
    }
}
