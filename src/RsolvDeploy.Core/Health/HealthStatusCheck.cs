namespace RsolvDeploy.Health;

/// <summary><c>health.status</c>: the endpoint answers 200, and its JSON says healthy.</summary>
internal static class HealthStatusCheck
{
    private const int LongestDocument = 1024 * 1024;

    public static async Task<Observation> ObserveAsync(Endpoint endpoint, CancellationToken ct)
    {
        (ProbeResponse answer, byte[]? body) = await endpoint.GetAsync("application/json", ReadAsync, ct);
        return answer.Status == 200
            ? HealthDocument.Judge(body, answer)
            : new Observation(Outcome.NotMet, answer.Status is null ? answer.ToString() : $"{endpoint.Address} answered {answer}")
            {
                Expected = "200",
                Actual = answer.Status?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "no answer",
                Remedy = "Look at the logs of the new pods and at the way to them (DNS, ingress, service).",
            };
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken ct)
    {
        await using Stream stream = await content.ReadAsStreamAsync(ct);
        using var body = new MemoryStream();
        byte[] block = new byte[8192];
        int count;
        while (body.Length < LongestDocument && (count = await stream.ReadAsync(block, ct)) > 0) body.Write(block, 0, count);
        return body.ToArray();
    }
}
