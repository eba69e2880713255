using RsolvDeploy.Checks;

namespace RsolvDeploy.Health;

/// <summary>The measured responses of one endpoint, and the limit for them.</summary>
internal sealed record ResponseSamples(Uri Address, TimeSpan Under, IReadOnlyList<ProbeResponse> Responses)
{
    /// <summary>The times of the responses that came.</summary>
    public ResponseTimes Times =>
        ResponseTimes.From(Responses.Where(response => response.Status is not null).Select(response => response.Elapsed));

    /// <summary>How many requests had no response.</summary>
    public int Lost => Responses.Count(response => response.Status is null);

    /// <summary>How much of the limit the 95th percentile takes; infinite when nothing came.</summary>
    public double Load => Times.Count == 0 ? double.PositiveInfinity : Times.P95 / Under;
}

/// <summary><c>health.response-time</c> and <c>health.no-5xx</c>, from samples of both endpoints.</summary>
internal static class ResponseCheck
{
    // Below this a difference is the network's, not the release's.
    private static readonly TimeSpan Noise = TimeSpan.FromMilliseconds(50);

    /// <summary>Samples one request after the other: requests at once would measure their own load.</summary>
    public static async Task<ResponseSamples> SampleAsync(Endpoint endpoint, TimeSpan under, int count, CancellationToken ct)
    {
        var responses = new List<ProbeResponse>(count);
        for (int sample = 0; sample < count; sample++)
        {
            (ProbeResponse response, _) = await endpoint.GetAsync("*/*", DrainAsync, ct);
            responses.Add(response);
        }

        return new ResponseSamples(endpoint.Address, under, responses);
    }

    /// <summary>
    /// Not met above the limit; a warning when the median is more than twice what it was before. The endpoint
    /// nearest to its limit is compared.
    /// </summary>
    public static CheckOutcome JudgeTimes(IReadOnlyList<ResponseSamples> measured, IReadOnlyDictionary<string, TimeSpan>? before)
    {
        var parts = new List<string>();
        CheckResult result = CheckResult.Met;
        foreach (ResponseSamples endpoint in measured)
        {
            ResponseTimes times = endpoint.Times;
            string lost = endpoint.Lost == 0 ? "" : $", {endpoint.Lost} of {endpoint.Responses.Count} without a response";
            TimeSpan? earlier = before is not null && before.TryGetValue(endpoint.Address.AbsolutePath, out TimeSpan median)
                ? median
                : null;
            string compared = earlier is { } known ? $", median {known.TotalMilliseconds:0} ms before" : "";
            parts.Add($"{endpoint.Address.AbsolutePath}: {times}{lost}, limit {endpoint.Under.TotalMilliseconds:0} ms{compared}");
            if (endpoint.Lost > 0 || times.P95 >= endpoint.Under) result = CheckResult.NotMet;
            else if ((times.Maximum >= endpoint.Under || times.Median > (2 * earlier) + Noise) && result == CheckResult.Met)
                result = CheckResult.MetWithWarning;
        }

        ResponseSamples slowest = measured.MaxBy(endpoint => endpoint.Lost > 0 ? double.PositiveInfinity : endpoint.Load)!;
        return new CheckOutcome(result, string.Join("; ", parts))
        {
            Expected = slowest.Under.TotalMilliseconds,
            Actual = slowest.Lost > 0 ? ProbeResponse.None : slowest.Times.P95.TotalMilliseconds,
            Remedy = result == CheckResult.Met
                ? null
                : "Compare with the times before the deployment; look at CPU limits, database and cold caches of the new pods.",
        };
    }

    public static CheckOutcome JudgeStatuses(IReadOnlyList<ResponseSamples> measured)
    {
        var all = measured.SelectMany(endpoint => endpoint.Responses).ToList();
        int responses = all.Count(response => response.Status is not null);
        var bad = all.Where(response => response.Status >= 500).ToList();
        if (responses == 0) return CheckOutcome.Inconclusive($"None of {all.Count} requests had a response: {all.FirstOrDefault()?.Fault}");
        string statuses = string.Join(
            ", ", bad.GroupBy(response => response.Status).OrderBy(group => group.Key).Select(group => $"{group.Key} × {group.Count()}"));
        return CheckOutcome.MetIf(bad.Count == 0,
            bad.Count == 0 ? $"no 5xx in {responses} responses" : $"{bad.Count} of {responses} responses are 5xx: {statuses}",
            "Look at the logs of the new pods for the requests that failed.").Compared(0, bad.Count);
    }

    private static async Task<long> DrainAsync(HttpContent content, CancellationToken ct)
    {
        await using Stream stream = await content.ReadAsStreamAsync(ct);
        byte[] block = new byte[16384];
        long total = 0;
        int count;
        while ((count = await stream.ReadAsync(block, ct)) > 0) total += count;
        return total;
    }
}
