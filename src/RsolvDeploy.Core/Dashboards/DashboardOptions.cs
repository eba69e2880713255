using System.Net;
using System.Text.Json.Serialization;

namespace RsolvDeploy.Dashboards;

/// <summary>The options of a verification of a dashboard.</summary>
/// <param name="Dashboard">The uid or the link of the dashboard; null for the target's.</param>
internal sealed record DashboardOptions(string? Dashboard = null)
{
    /// <summary>The credential for Grafana; null for the configured one. Never recorded.</summary>
    [JsonIgnore]
    public NetworkCredential? Credential { get; init; }
}
