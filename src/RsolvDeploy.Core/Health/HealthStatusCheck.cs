using RsolvDeploy.Checks;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Health;

/// <summary><c>health.status</c>: the endpoint responds with 200, and its JSON reports healthy.</summary>
internal static class HealthStatusCheck
{
    private const int LongestDocument = 1024 * 1024;

    /// <summary>Requests the health document. The body is null when the status is not 200.</summary>
    public static Task<(ProbeResponse Response, byte[]? Body)> GetAsync(Endpoint endpoint, CancellationToken ct) =>
        endpoint.GetAsync("application/json", ReadAsync, ct);

    /// <summary>Judges it.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="read">Its response.</param>
    /// <param name="rules">The rules that decide; empty: the state at the top does.</param>
    public static CheckOutcome Judge(Endpoint endpoint, (ProbeResponse Response, byte[]? Body) read, IReadOnlyList<DocumentRule> rules) =>
        read.Response.Status == 200
            ? HealthDocument.Judge(read.Body, read.Response, rules)
            : read.Response.ToOutcome(endpoint, "Look at the logs of the new pods and at the way to them (DNS, ingress, service).");

    private static Task<byte[]> ReadAsync(HttpContent content, CancellationToken ct) =>
        BoundedStream.ReadStartAsync(content, LongestDocument, ct);
}
