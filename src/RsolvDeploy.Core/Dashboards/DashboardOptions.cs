namespace RsolvDeploy.Dashboards;

/// <summary>The options of a verification of a dashboard.</summary>
/// <param name="Dashboard">The uid or the link of the dashboard; null for the target's.</param>
internal sealed record DashboardOptions(string? Dashboard = null);
