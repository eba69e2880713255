using System.Net;
using System.Text.Json.Serialization;

namespace RsolvDeploy.Smoke;

/// <summary>The options of a smoke test: it tests everything that the target configures.</summary>
internal sealed record SmokeOptions
{
    /// <summary>The credential for the platform; null for the configured ones. Never recorded.</summary>
    [JsonIgnore]
    public NetworkCredential? Credential { get; init; }
}
