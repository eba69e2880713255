namespace RsolvDeploy.Sandbox.Security;

/// <summary>
/// Refuses what a web page sends. A page of any site can send requests to loopback; by a name that leads here (DNS rebinding) it could
/// read the responses too. No client of the sandbox is a page.
/// </summary>
internal static class BrowserGuard
{
    // The names that clients use through the port-forward of the API server. Nobody can own such a domain.
    private static readonly HashSet<string> ServiceNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "prometheus-service.monitoring", "grafana-service.monitoring", "alertmanager-service.monitoring",
        "rsolv-platform.rsolv-production", "rsolv-platform.rsolv-staging",
    };

    /// <summary>Adds the guard in front of everything that an application serves.</summary>
    public static void Use(WebApplication app) => app.Use(async (http, next) =>
    {
        if (Refuse(http.Request) is { } status)
        {
            http.Response.StatusCode = status;
            return;
        }

        await next(http);
    });

    private static int? Refuse(HttpRequest request) =>
        !IsOwn(request.Host.Host) ? StatusCodes.Status421MisdirectedRequest
            : IsOfPage(request) ? StatusCodes.Status403Forbidden
            : null;

    private static bool IsOwn(string host) => host is "127.0.0.1" or "localhost" or "[::1]" || ServiceNames.Contains(host);

    // A browser sends one of the two with every request of a page; an address that is typed has none of both.
    private static bool IsOfPage(HttpRequest request) =>
        request.Headers.ContainsKey("Origin")
            || (request.Headers.TryGetValue("Sec-Fetch-Site", out var site) && site != "none");
}
