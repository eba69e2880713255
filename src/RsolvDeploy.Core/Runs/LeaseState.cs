using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Models;

namespace RsolvDeploy.Runs;

/// <summary>The state of a Lease.</summary>
/// <param name="Holder">Who holds it; empty when it is free.</param>
/// <param name="Since">When the holder acquired it.</param>
/// <param name="Renewed">When the holder last renewed it.</param>
/// <param name="Duration">How long it is valid without a renewal.</param>
/// <param name="Transitions">How often its holder changed.</param>
/// <param name="Version">The version of the object.</param>
internal sealed record LeaseState(
    string Holder, DateTimeOffset Since, DateTimeOffset Renewed, TimeSpan Duration, int Transitions, string Version)
{
    // Kubernetes' MicroTime.
    private const string Micro = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    // The clocks of two machines differ; acquiring a lock too late does no harm.
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

    /// <summary>Whether a run may acquire it.</summary>
    public bool IsFree(DateTimeOffset now) => Holder.Length == 0 || now > Expires;

    /// <summary>When it expires unless it is renewed.</summary>
    public DateTimeOffset Expires => Renewed + Duration + Skew;

    /// <summary>The Lease object to write, at the version that was read, so that a concurrent change is not overwritten.</summary>
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
