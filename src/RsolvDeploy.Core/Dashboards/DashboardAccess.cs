using RsolvDeploy.Dashboards.Api;
using RsolvDeploy.Dashboards.Models;
using RsolvDeploy.Errors;
using RsolvDeploy.Services;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Dashboards;

/// <summary>Connects to the Grafana of a target.</summary>
internal static class DashboardAccess
{
    /// <summary>Connects; nothing is sent to Grafana yet.</summary>
    /// <param name="context">The context of the step.</param>
    /// <param name="organization">The organization; null for the account's own.</param>
    /// <exception cref="DeployException">The cluster of its service cannot be used.</exception>
    public static GrafanaClient Open(StepContext context, string? organization)
    {
        var settings = Settings(context);
        var connection = context.Services.Open(
            GrafanaFaults.Service, new ServiceEndpoint(settings.Url, settings.Service, settings.Access));
        return new GrafanaClient(new GrafanaRequests(connection, context.Clock) { Organization = organization });
    }

    /// <summary>The dashboard that an operator specified, or that of the target.</summary>
    public static DashboardLink LinkOf(StepContext context, string? specified) =>
        DashboardLink.Parse(specified ?? Settings(context).Dashboard);

    private static GrafanaSettings Settings(StepContext context) => context.Target.Grafana
        ?? throw new DeployException("ConfigurationInvalid", FaultCategory.InvalidData, $"The target {context.Target.Name} has no grafana.",
            "Set grafana.url or grafana.service, and grafana.dashboard.");
}
