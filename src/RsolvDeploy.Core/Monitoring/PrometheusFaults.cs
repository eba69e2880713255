using RsolvDeploy.Errors;
using RsolvDeploy.Services;

namespace RsolvDeploy.Monitoring;

/// <summary>The errors of requests to Prometheus.</summary>
internal static class PrometheusFaults
{
    public const string UnreachableId = "PrometheusUnreachable";
    public const string UntrustedId = "PrometheusUntrusted";
    public const string QueryFailedId = "PrometheusQueryFailed";

    /// <summary>How errors of every service name it.</summary>
    public static readonly ServiceIdentity Service = new("Prometheus", "prometheus", UnreachableId)
    {
        RefusedId = "PrometheusUnauthorized",
    };

    /// <summary>It did not respond, or something in front of it did. Another request may succeed.</summary>
    public static DeployException Unreachable(string where, string reason) => ServiceFaults.Unreachable(Service, where, reason);

    /// <summary>It refused the request.</summary>
    public static DeployException Refused(string where, string what, string reason) =>
        new(QueryFailedId, FaultCategory.InvalidOperation, $"Prometheus at {where} refused {what}: {reason}.",
            "Read the reason; check the names and globs under prometheus, metrics and alerts of the target.")
        { Subject = where };

    /// <summary>It has no such part of the API; other parts may be there.</summary>
    public static DeployException NoSuchApi(string where, string what, string reason) =>
        new(QueryFailedId, FaultCategory.ObjectNotFound, $"The response of {where} to {what} is not Prometheus' API: {reason}.",
            "Check that prometheus.url or prometheus.service names Prometheus itself, with its path prefix, and not a proxy's login page.")
        { Subject = where };

    /// <summary>The response is not Prometheus' API.</summary>
    public static DeployException NotUnderstood(string where, string what, string reason, Exception? inner = null) =>
        new(QueryFailedId, FaultCategory.ProtocolError, $"The response of {where} to {what} is not Prometheus' API: {reason}.",
            "Check that prometheus.url or prometheus.service names Prometheus itself, with its path prefix, and not a proxy's login page.",
            inner)
        { Subject = where };
}
