using RsolvDeploy.Dashboards.Models;
using RsolvDeploy.Dashboards.Variables;

namespace RsolvDeploy.Dashboards;

/// <summary>A dashboard whose panels were run.</summary>
/// <param name="Dashboard">The dashboard.</param>
/// <param name="Variables">Its variables with their values.</param>
/// <param name="Range">The range that the queries ran over.</param>
/// <param name="Panels">The panels with the results of their queries: data, no data, or an error.</param>
internal sealed record DashboardRun(
    Dashboard Dashboard, IReadOnlyList<ResolvedVariable> Variables, TimeRange Range, IReadOnlyList<DashboardPanel> Panels);
