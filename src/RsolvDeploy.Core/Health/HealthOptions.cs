using System.Net;
using System.Text.Json.Serialization;

namespace RsolvDeploy.Health;

/// <summary>The options of a verification of the platform's own endpoints.</summary>
internal sealed record HealthOptions
{
    /// <summary>How many requests are measured; null for the configured number.</summary>
    public int? Samples { get; init; }

    /// <summary>The credential for the platform; null for the configured ones. Never recorded.</summary>
    [JsonIgnore]
    public NetworkCredential? Credential { get; init; }
}
