using RsolvDeploy.Checks;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Health;

/// <summary><c>health.status</c>: the endpoint responds with 200, and its JSON reports healthy.</summary>
internal static class HealthStatusCheck
{
    private const int LongestDocument = 1024 * 1024;

    public static async Task<CheckOutcome> EvaluateAsync(Endpoint endpoint, CancellationToken ct)
    {
        (ProbeResponse response, byte[]? body) = await endpoint.GetAsync("application/json", ReadAsync, ct);
        return response.Status == 200
            ? HealthDocument.Judge(body, response)
            : response.ToOutcome(endpoint, "Look at the logs of the new pods and at the way to them (DNS, ingress, service).");
    }

    private static Task<byte[]> ReadAsync(HttpContent content, CancellationToken ct) =>
        BoundedStream.ReadStartAsync(content, LongestDocument, ct);
}
