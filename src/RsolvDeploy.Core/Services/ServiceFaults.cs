using RsolvDeploy.Errors;

namespace RsolvDeploy.Services;

/// <summary>The errors of a service that does not respond. Another request may succeed.</summary>
internal static class ServiceFaults
{
    /// <summary>It did not respond, or something in front of it did.</summary>
    public static DeployException Unreachable(ServiceIdentity service, string where, string reason, Exception? inner = null) =>
        new(service.UnreachableId, FaultCategory.ConnectionError, $"{service.Product} at {where} did not respond: {reason}.",
            $"Check {service.Section}.url or {service.Section}.service of the target, and that {service.Product} is running and can be "
                + "reached from here.",
            inner)
        { Subject = where };

    /// <summary>It did not respond in time.</summary>
    public static DeployException TooSlow(ServiceIdentity service, string where, TimeSpan timeout) =>
        new(service.UnreachableId, FaultCategory.OperationTimeout,
            $"{service.Product} at {where} did not respond within {timeout.TotalSeconds:0.#} s.",
            $"Check how loaded {service.Product} is, and the way to it.")
        { Subject = where };
}
