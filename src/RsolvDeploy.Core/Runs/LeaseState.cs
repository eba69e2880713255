using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Models;

namespace RsolvDeploy.Runs;

/// <summary>What a Lease of the API server says.</summary>
/// <param name="Holder">Who holds it; empty when it is free.</param>
/// <param name="Since">When the holder took it.</param>
/// <param name="Renewed">When the holder last showed that it lives.</param>
/// <param name="Duration">How long it stays held without being renewed.</param>
/// <param name="Transitions">How often it changed hands.</param>
/// <param name="Version">The version of the object.</param>
internal sealed record LeaseState(string Holder, DateTimeOffset Since, DateTimeOffset Renewed, TimeSpan Duration, int Transitions, string Version)
{
    // Kubernetes' MicroTime.
    private const string Micro = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    // Clocks of two machines differ a little; taking a lock too late does no harm.
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);

    public static LeaseState Read(JsonObject json)
    {
        var lease = json.ReadAs<V1Lease>();
        return new LeaseState(
            lease.Spec?.HolderIdentity ?? "",
            lease.Spec?.AcquireTime ?? DateTimeOffset.MinValue,
            lease.Spec?.RenewTime ?? DateTimeOffset.MinValue,
            TimeSpan.FromSeconds(lease.Spec?.LeaseDurationSeconds ?? 0),
            lease.Spec?.LeaseTransitions ?? 0,
            lease.ResourceVersion() ?? "");
    }

    /// <summary>Whether somebody may take it.</summary>
    public bool IsFree(DateTimeOffset now) => Holder.Length == 0 || now > Expires;

    /// <summary>When it is free unless it is renewed.</summary>
    public DateTimeOffset Expires => Renewed + Duration + Skew;

    /// <summary>The Lease object to write; its version is the one that was read, so that a lease that changed since is not overwritten.</summary>
    public JsonObject ToLease(string name, string ns) => new()
    {
        ["apiVersion"] = ResourceKind.Leases.ApiVersion,
        ["kind"] = ResourceKind.Leases.Kind,
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns, ["resourceVersion"] = Version.Length == 0 ? null : Version },
        ["spec"] = new JsonObject
        {
            ["holderIdentity"] = Holder,
            ["acquireTime"] = Stamp(Since),
            ["renewTime"] = Stamp(Renewed),
            ["leaseDurationSeconds"] = (int)Duration.TotalSeconds,
            ["leaseTransitions"] = Transitions,
        },
    };

    private static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString(Micro, CultureInfo.InvariantCulture);
}
