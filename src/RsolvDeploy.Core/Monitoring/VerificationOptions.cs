using System.Net;
using System.Text.Json.Serialization;

namespace RsolvDeploy.Monitoring;

/// <summary>The options of a verification: it verifies everything that the target configures.</summary>
internal sealed record VerificationOptions
{
    /// <summary>The credential for Prometheus; null for the configured one. Never recorded.</summary>
    [JsonIgnore]
    public NetworkCredential? Credential { get; init; }
}
