using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Runs;

/// <summary>The state of a Lease. Its times are written by the clock of its holder: they are shown, and decide nothing.</summary>
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

    // A renewal takes time until it is visible here; acquiring a lock too late does no harm.
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The uid of the object; empty when it is not there yet. A server creates a Lease that is replaced and not there, unless its uid is
    /// given.
    /// </summary>
    public string Uid { get; init; } = "";

    /// <summary>How long it has to be seen unchanged until it is expired.</summary>
    public TimeSpan Expiry => Duration + Delay;

    /// <summary>Whether nobody holds it.</summary>
    public bool IsReleased => Holder.Length == 0;

    /// <summary>Reads a Lease. A field that is missing or absurd has its default: the Lease may be written by anybody.</summary>
    public static LeaseState Read(JsonObject lease)
    {
        var spec = lease["spec"];
        var seconds = spec.At("leaseDurationSeconds").Number() ?? 0;
        return new LeaseState(
            spec.At("holderIdentity").Text() ?? "",
            Time(spec.At("acquireTime")),
            Time(spec.At("renewTime")),
            seconds > 0 ? TimeSpan.FromSeconds(seconds) : DeploymentLock.Lifetime,
            Math.Max(0, spec.At("leaseTransitions").Number() ?? 0),
            lease.At("metadata", "resourceVersion").Text() ?? "")
        {
            Uid = lease.At("metadata", "uid").Text() ?? "",
        };
    }

    /// <summary>Reads the response to a write of this process.</summary>
    /// <exception cref="DeployException"><c>LockUnproven</c>: it is not the Lease as it was written.</exception>
    public static LeaseState ReadStored(JsonObject lease, string holder)
    {
        var stored = Read(lease);
        return stored.Holder == holder && stored.Version.Length > 0 ? stored
            : throw new DeployException("LockUnproven", FaultCategory.ProtocolError,
                "The API server did not return the Lease of the deployment as it was written, so nothing proves the lock.",
                "Look at what changes Leases on their way (a proxy, an admission webhook): kubectl get lease -o yaml.");
    }

    /// <summary>The state after another holder takes it.</summary>
    public LeaseState Take(string holder, DateTimeOffset now) => new(
        holder, now, now, DeploymentLock.Lifetime, Transitions < int.MaxValue ? Transitions + 1 : Transitions, Version)
    {
        Uid = Uid,
    };

    /// <summary>The Lease object to write, at the version that was read, so that a concurrent change is not overwritten.</summary>
    public JsonObject ToLease(string name, string ns) => new()
    {
        ["apiVersion"] = ResourceKind.Leases.ApiVersion,
        ["kind"] = ResourceKind.Leases.Kind,
        ["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["namespace"] = ns,
            ["uid"] = Uid.Length == 0 ? null : Uid,
            ["resourceVersion"] = Version.Length == 0 ? null : Version,
        },
        ["spec"] = new JsonObject
        {
            ["holderIdentity"] = Holder,
            ["acquireTime"] = Stamp(Since),
            ["renewTime"] = Stamp(Renewed),
            ["leaseDurationSeconds"] = (int)Duration.TotalSeconds,
            ["leaseTransitions"] = Transitions,
        },
    };

    private static DateTimeOffset Time(JsonNode? time) => DateTimeOffset.TryParse(
        time.Text(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : DateTimeOffset.MinValue;

    private static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString(Micro, CultureInfo.InvariantCulture);
}
