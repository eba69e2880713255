using System.Globalization;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Manifests;

/// <summary>A Lease with a holder, acquired at a time for 30 seconds.</summary>
internal sealed record LeaseManifest(
    string Name, string Holder, DateTimeOffset Acquired) : Manifest("coordination.k8s.io/v1", "Lease", Name)
{
    /// <summary>A time as the API writes it, to the microsecond.</summary>
    public static string MicroTime(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    protected override void Fill(JsonObject item) => item["spec"] = new JsonObject
    {
        ["holderIdentity"] = Holder,
        ["acquireTime"] = MicroTime(Acquired),
        ["renewTime"] = MicroTime(Acquired),
        ["leaseDurationSeconds"] = 30,
        ["leaseTransitions"] = 0,
    };
}
