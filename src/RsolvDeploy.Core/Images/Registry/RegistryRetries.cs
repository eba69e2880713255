using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using RsolvDeploy.Resilience;

namespace RsolvDeploy.Images.Registry;

/// <summary>Repeats requests to a registry or its token service that fail for a short time. Permanent faults are not repeated.</summary>
internal static class RegistryRetries
{
    /// <summary>The policy, by a clock. A registry that is asked too often says how long to wait; ten seconds are the most.</summary>
    public static RetryPolicy For(TimeProvider time) => new(new RetryOptions(
        (result, error) => error is null ? IsTransient(((HttpResponseMessage)result!).StatusCode) : IsTransient(error),
        Retries: 3,
        TimeSpan.FromMilliseconds(200))
    {
        LongestDelay = TimeSpan.FromSeconds(10),
        Time = time,
        AskedDelay = (result, _) => (result as HttpResponseMessage)?.Headers.RetryAfter?.Delta,
    });

    private static bool IsTransient(HttpStatusCode status) => status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
        || (status >= HttpStatusCode.InternalServerError
            && status is not (HttpStatusCode.NotImplemented or HttpStatusCode.HttpVersionNotSupported));

    private static bool IsTransient(Exception error) => error is HttpRequestException { HttpRequestError: var kind } && kind switch
    {
        HttpRequestError.NameResolutionError => error.GetBaseException() is SocketException { SocketErrorCode: SocketError.TryAgain },
        // A certificate stays untrusted; a handshake that was cut may succeed.
        HttpRequestError.SecureConnectionError => error.InnerException is not AuthenticationException,
        HttpRequestError.ConfigurationLimitExceeded or HttpRequestError.InvalidResponse => false,
        _ => true,
    };
}
