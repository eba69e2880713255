using RsolvDeploy.Errors;

namespace RsolvDeploy.Monitoring;

/// <summary>The errors of requests to Prometheus.</summary>
internal static class PrometheusFaults
{
    public const string UnreachableId = "PrometheusUnreachable";
    public const string UntrustedId = "PrometheusUntrusted";
    public const string QueryFailedId = "PrometheusQueryFailed";

    /// <summary>It did not respond, or something in front of it did. Another request may succeed.</summary>
    public static DeployException Unreachable(string where, string reason, Exception? inner = null) =>
        new(UnreachableId, FaultCategory.ConnectionError, $"Prometheus at {where} did not respond: {reason}.",
            "Check prometheus.url or prometheus.service of the target, and that Prometheus is running and can be reached from here.", inner)
        { Subject = where };

    /// <summary>It did not respond in time.</summary>
    public static DeployException TooSlow(string where, TimeSpan timeout) =>
        new(UnreachableId, FaultCategory.OperationTimeout, $"Prometheus at {where} did not respond within {timeout.TotalSeconds:0.#} s.",
            "Check how loaded Prometheus is, and the way to it.")
        { Subject = where };

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
