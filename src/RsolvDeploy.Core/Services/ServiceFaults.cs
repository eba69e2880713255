using System.Security.Authentication;
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

    /// <summary>What a request that failed means: the certificate of the server is not valid here, or it did not respond.</summary>
    public static DeployException From(ServiceIdentity service, string where, Exception fault) => IsUntrusted(fault)
        ? Untrusted(service, where, fault)
        : Unreachable(service, where, ReasonOf(fault), fault);

    /// <summary>Its certificate expired, is for another host, or is of an authority that is not trusted here.</summary>
    public static DeployException Untrusted(ServiceIdentity service, string where, Exception fault) =>
        new(
            service.UntrustedId,
            FaultCategory.SecurityError,
            $"The certificate of {where} is not trusted: {ReasonOf(fault)}.",
            "Renew the certificate if it expired; otherwise check that it names the host, and that this machine trusts its authority, or "
                + $"name the authority by {service.Section}.credential.certificateAuthority.",
            fault)
        { Subject = where };

    /// <summary>
    /// Whether this machine refused the certificate. A handshake that failed for another reason is the server's own fault.
    /// </summary>
    public static bool IsCertificate(Exception? fault) => fault is not null
        && ((fault is AuthenticationException && fault.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase))
            || IsCertificate(fault.InnerException));

    /// <summary>
    /// The status of a response that is no success. No redirect is followed: what answers elsewhere was not configured, and questions
    /// may hold names of the operator's systems.
    /// </summary>
    public static string Status(HttpResponseMessage response)
    {
        var status = $"status {(int)response.StatusCode}";
        return response.Headers.Location is not { } location
            ? status
            : $"{status}, a redirect to {(location.IsAbsoluteUri ? location.GetLeftPart(UriPartial.Path) : location.ToString())}, "
                + "which is not followed";
    }

    /// <summary>It refused the credential. That is no fault of what is measured.</summary>
    public static DeployException Refused(ServiceIdentity service, string id, Uri origin) => new(
        id,
        FaultCategory.AuthenticationError,
        $"{service.Product} at {origin.Authority} refused the credential: status 401.",
        $"Check {service.Section}.credential of the target, or -Credential; a token may have expired or been revoked.")
    { Subject = origin.Authority };

    // To ask again is no use.
    private static bool IsUntrusted(Exception? fault) =>
        fault is AuthenticationException || (fault is not null && IsUntrusted(fault.InnerException));

    // The innermost reason, or the first that is an error of ours.
    private static string ReasonOf(Exception fault)
    {
        while (fault is not DeployException && fault.InnerException is not null) fault = fault.InnerException;
        return fault.Message.TrimEnd('.');
    }

    /// <summary>It did not respond in time.</summary>
    public static DeployException TooSlow(ServiceIdentity service, string where, TimeSpan timeout) =>
        new(service.UnreachableId, FaultCategory.OperationTimeout,
            $"{service.Product} at {where} did not respond within {timeout.TotalSeconds:0.#} s.",
            $"Check how loaded {service.Product} is, and the way to it.")
        { Subject = where };
}
