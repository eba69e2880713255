using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using RsolvDeploy.Sandbox;

namespace RsolvDeploy.Module.Tests.Canaries;

/// <summary>
/// Observes the requests to all services of a sandbox, and refuses some with an error that quotes them: the values of the headers without
/// the name of a scheme, the body, and lines as logs have them.
/// </summary>
/// <param name="lines">The lines that every error quotes as well.</param>
internal sealed class QuotingServices(string lines)
{
    /// <summary>The namespace in which the API server refuses everything.</summary>
    public const string Refused = "rsolv-refused";

    private const int LongestBody = 64 * 1024;
    private HashSet<int> _refusing = [];

    /// <summary>The address of every request.</summary>
    public ConcurrentQueue<string> Addresses { get; } = new();

    /// <summary>The values of headers that prove who asks.</summary>
    public ConcurrentDictionary<string, byte> Proofs { get; } = new();

    /// <summary>Refuses all requests to the services, and from the API server the writes of Secrets.</summary>
    public void Refuse(SandboxServer sandbox)
    {
        var services = sandbox.Services;
        _refusing = new[]
        {
            sandbox.KubernetesAddress, services.PlatformAddress, services.Prometheus, services.StagingPrometheus, services.Grafana,
            services.Alertmanager, services.GitHub, services.Engine,
        }.Select(address => address.Port).ToHashSet();
        Kubernetes = sandbox.KubernetesAddress.Port;
    }

    private int Kubernetes { get; set; }

    /// <summary>Observes a request; one that is refused is answered.</summary>
    public async Task ObserveAsync(HttpContext http)
    {
        var request = http.Request;
        Addresses.Enqueue($"{request.Method} {request.Host} {request.Path}{request.QueryString}");
        foreach (var value in request.Headers.Values.Concat([request.Path.Value]).OfType<object>())
            Proofs.TryAdd(value.ToString()!, 0);
        var isHook = request.Path.StartsWithSegments("/services", StringComparison.Ordinal);
        if (IsRefused(http)) await QuoteAsync(http);
        else if (isHook) await http.Response.WriteAsync("ok", http.RequestAborted);
    }

    private bool IsRefused(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "";
        if (path.Contains($"/namespaces/{Refused}", StringComparison.Ordinal)) return true;
        if (!_refusing.Contains(http.Connection.LocalPort)) return false;
        return http.Connection.LocalPort != Kubernetes
            || (http.Request.Method != "GET" && path.Contains("/secrets", StringComparison.Ordinal));
    }

    private async Task QuoteAsync(HttpContext http)
    {
        var values = http.Request.Headers.Select(header => header.Value.ToString().Split(' ', 2)[^1]);
        var body = new char[LongestBody];
        using var reader = new StreamReader(http.Request.Body);
        var length = http.Request.ContentType?.Contains("json", StringComparison.Ordinal) == true
            ? await reader.ReadBlockAsync(body, http.RequestAborted)
            : 0;
        var text = $"{http.Request.Path} is invalid: {string.Join(" | ", values)} | {new string(body, 0, length)}\n{lines}";
        http.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        await http.Response.WriteAsJsonAsync(
            new JsonObject
            {
                ["kind"] = "Status",
                ["apiVersion"] = "v1",
                ["status"] = "Failure",
                ["reason"] = "Invalid",
                ["code"] = 422,
                ["message"] = text,
                ["error"] = text,
                ["errorType"] = "bad_data",
                ["database"] = text,
                ["errors"] = new JsonArray(new JsonObject { ["code"] = "DENIED", ["message"] = text }),
            },
            http.RequestAborted);
    }
}
