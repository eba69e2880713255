using System.Net;
using RsolvDeploy.Errors;
using RsolvDeploy.Services;

namespace RsolvDeploy.Dashboards.Api;

/// <summary>The errors of requests to Grafana.</summary>
internal static class GrafanaFaults
{
    /// <summary>The id of a dashboard, data source or panel that does not exist.</summary>
    public const string NotFoundId = "GrafanaNotFound";

    /// <summary>How errors of every service name it.</summary>
    public static readonly ServiceIdentity Service = new("Grafana", "grafana", "GrafanaUnreachable");

    /// <summary>The error of a response that is no success.</summary>
    /// <param name="where">Where Grafana is.</param>
    /// <param name="what">What was asked for.</param>
    /// <param name="status">The status.</param>
    /// <param name="reason">What its body says; empty for nothing.</param>
    public static DeployException From(string where, string what, HttpStatusCode status, string reason)
    {
        var detail = $"status {(int)status}{(reason.Length > 0 ? $", {reason}" : "")}";
        return status switch
        {
            HttpStatusCode.Unauthorized => new DeployException(
                "GrafanaUnauthorized", FaultCategory.AuthenticationError,
                $"Grafana at {where} refused the credential for {what}: {detail}.",
                "Check the Secret and the keys of grafana.credential; a token may have expired or been revoked.")
            { Subject = where },
            HttpStatusCode.Forbidden => new DeployException(
                "GrafanaForbidden", FaultCategory.PermissionDenied, $"Grafana at {where} does not allow {what}: {detail}.",
                "Give the account of grafana.credential the role Viewer, and access to the folder of the dashboard and "
                    + "to its data sources.")
            { Subject = where },
            HttpStatusCode.NotFound => NotFound(where, what, reason.Length > 0 ? reason : detail),
            HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError =>
                ServiceFaults.Unreachable(Service, where, detail),
            _ => new DeployException(
                "GrafanaRequestFailed", FaultCategory.InvalidOperation, $"Grafana at {where} refused {what}: {detail}.",
                "Read the reason; check grafana.dashboard of the target.")
            { Subject = where },
        };
    }

    /// <summary>What was asked for does not exist, or the credential may not see it.</summary>
    public static DeployException NotFound(string where, string what, string reason) =>
        new(NotFoundId, FaultCategory.ObjectNotFound, $"Grafana at {where} has not found {what}: {reason}.",
            "Check grafana.dashboard of the target; its uid stands in the link behind /d/. "
                + "Another organization is named by orgId in the link.")
        { Subject = what };

    /// <summary>The response leads elsewhere, as to a login page.</summary>
    public static DeployException Redirected(string where, string what, string location) =>
        location.Contains("login", StringComparison.OrdinalIgnoreCase)
            ? From(where, what, HttpStatusCode.Unauthorized, "the response is a redirect to a login page")
            : new DeployException(
                "GrafanaRequestFailed", FaultCategory.ProtocolError, $"Grafana at {where} redirects {what} to {location}.",
                "Set grafana.url to the address that it redirects to, with its path prefix.")
            { Subject = where };

    /// <summary>The response is not Grafana's API.</summary>
    public static DeployException NotUnderstood(string where, string what, string reason, Exception? inner = null) =>
        new("GrafanaRequestFailed", FaultCategory.ProtocolError, $"The response of {where} to {what} is not Grafana's API: {reason}.",
            "Check that grafana.url or grafana.service names Grafana itself, with its path prefix, and not a proxy's login page.",
            inner)
        { Subject = where };
}
