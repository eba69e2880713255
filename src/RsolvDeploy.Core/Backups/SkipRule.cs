using System.Text.Json.Nodes;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Backups;

/// <summary>Which objects are not backed up, and why. The reason stands in the manifest.</summary>
internal static class SkipRule
{
    /// <summary>Why it is left out; null when it is backed up.</summary>
    public static string? ReasonFor(JsonObject resource)
    {
        if (resource["metadata"]?["deletionTimestamp"] is not null)
            return "it is being deleted";
        return resource["kind"]?.GetValue<string>() switch
        {
            "ConfigMap" when resource["metadata"]?["name"]?.GetValue<string>() == "kube-root-ca.crt" =>
                "the cluster publishes it in every namespace by itself",
            "ConfigMap" when resource["metadata"]?["name"]?.GetValue<string>().StartsWith(ReleaseHistory.Prefix, StringComparison.Ordinal) == true =>
                "the record of releases goes on; it is not set back",
            "Secret" when resource["type"]?.GetValue<string>() == ReleaseHistory.KeptType =>
                "what the record of releases keeps goes on; it is not set back",
            "Secret" when resource["type"]?.GetValue<string>() == "kubernetes.io/service-account-token" =>
                "a service account's token is issued by the cluster and is void elsewhere",
            _ => null,
        };
    }
}
