using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>Pods that a kubelet does not admit: those with an unsafe sysctl. They end as Failed, and nothing of them runs.</summary>
internal static class PodRejection
{
    /// <summary>The reason in the pod's status.</summary>
    public const string Reason = "SysctlForbidden";

    private static readonly string[] Safe =
    [
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range",
    ];

    /// <summary>The kubelet's message; null for a pod that it admits.</summary>
    public static string? ReasonFor(JsonObject pod) =>
        (pod.At("spec", "securityContext", "sysctls") as JsonArray ?? [])
            .Select(one => one.At("name").Text())
            .FirstOrDefault(name => name is not null && !Safe.Contains(name)) is { } refused
                ? $"forbidden sysctl: \"{refused}\" not allowlisted"
                : null;

    /// <summary>Whether a pod was rejected.</summary>
    public static bool IsRejected(JsonObject pod) => pod.At("status", "reason").Text() == Reason;

    /// <summary>The pod as its kubelet reports it.</summary>
    public static JsonObject Apply(JsonObject pod, string message)
    {
        pod.Object("metadata").Remove("resourceVersion");
        pod["status"] = new JsonObject { ["phase"] = "Failed", ["reason"] = Reason, ["message"] = $"Pod was rejected: {message}" };
        return pod;
    }
}
