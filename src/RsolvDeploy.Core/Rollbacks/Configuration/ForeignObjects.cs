using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Rollbacks.Configuration;

/// <summary>Which ConfigMaps and Secrets do not belong to a release, because somebody else renews them.</summary>
internal static class ForeignObjects
{
    /// <summary>Why an object is not restored; null when it belongs to the release.</summary>
    /// <param name="wanted">The object as that release had it.</param>
    /// <param name="live">The live object; null when it was deleted.</param>
    public static string? Reason(JsonObject wanted, JsonObject? live)
    {
        var type = (live ?? wanted)["type"].Text();
        if (type is "kubernetes.io/service-account-token" or "bootstrap.kubernetes.io/token") return "a token that the cluster issues";
        // Pods could not start without a deleted object, and an old credential then replaces no newer one.
        if (live is null) return null;
        if (type is "kubernetes.io/dockerconfigjson" or "kubernetes.io/dockercfg") return "a pull secret";
        if ((live.At("metadata", "ownerReferences") as JsonArray)?.OfType<JsonObject>().FirstOrDefault() is { } owner)
            return $"{owner["kind"].Text()}/{owner["name"].Text()} owns it";
        return type == "kubernetes.io/tls" && IsOfCertManager(live) ? "a certificate that cert-manager renews" : null;
    }

    private static bool IsOfCertManager(JsonObject live) =>
        ((string[])["annotations", "labels"]).Any(part => (live.At("metadata", part) as JsonObject ?? [])
            .Any(one => one.Key.Split('/')[0].EndsWith("cert-manager.io", StringComparison.Ordinal)));
}
