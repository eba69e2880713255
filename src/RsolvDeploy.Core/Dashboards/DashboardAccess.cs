using RsolvDeploy.Dashboards.Api;
using RsolvDeploy.Dashboards.Models;
using RsolvDeploy.Errors;
using RsolvDeploy.Services;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Dashboards;

/// <summary>Connects to the Grafana of a target.</summary>
internal static class DashboardAccess
{
    /// <summary>Reads the credential and connects; nothing is sent to Grafana yet.</summary>
    /// <param name="context">The context of the step.</param>
    /// <param name="organization">The organization; null for the account's own.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="DeployException"><c>CredentialNotFound</c> among others.</exception>
    public static async Task<GrafanaClient> OpenAsync(StepContext context, string? organization, CancellationToken ct)
    {
        var settings = Settings(context);
        var credential = settings.Credential is { } reference
            ? await ServiceCredential.ReadAsync(context.Cluster, context.Target.Namespace, reference, ct)
            : null;
        var connection = ServiceConnection.Open(
            GrafanaFaults.Service, settings.Url, settings.Service, service => context.Cluster.OpenService(service));
        return new GrafanaClient(
            new GrafanaRequests(connection, context.Clock) { Credential = credential, Organization = organization });
    }

    /// <summary>The dashboard that an operator specified, or that of the target.</summary>
    public static DashboardLink LinkOf(StepContext context, string? specified) =>
        DashboardLink.Parse(specified ?? Settings(context).Dashboard);

    private static GrafanaSettings Settings(StepContext context) => context.Target.Grafana
        ?? throw new DeployException("ConfigurationInvalid", FaultCategory.InvalidData, $"The target {context.Target.Name} has no grafana.",
            "Set grafana.url or grafana.service, and grafana.dashboard.");
}
