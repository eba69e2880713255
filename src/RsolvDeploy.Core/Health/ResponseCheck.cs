namespace RsolvDeploy.Health;

/// <summary>The answers of one endpoint that were measured, and the limit for them.</summary>
internal sealed record MeasuredAnswers(Uri Address, TimeSpan Under, IReadOnlyList<ProbeResponse> Answers)
{
    /// <summary>The times of what was answered.</summary>
    public ResponseTimes Times => ResponseTimes.From(Answers.Where(answer => answer.Status is not null).Select(answer => answer.Elapsed));
}

/// <summary><c>health.response-time</c> and <c>health.no-5xx</c>, from samples of both endpoints.</summary>
internal static class ResponseCheck
{
    // Below this a difference is the network's, not the release's.
    private static readonly TimeSpan Noise = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks again and again, one request after the other: requests at once would measure their own load.</summary>
    public static async Task<MeasuredAnswers> SampleAsync(Endpoint endpoint, TimeSpan under, int count, CancellationToken ct)
    {
        var answers = new List<ProbeResponse>(count);
        for (int sample = 0; sample < count; sample++)
        {
            (ProbeResponse answer, _) = await endpoint.GetAsync("*/*", DrainAsync, ct);
            answers.Add(answer);
        }

        return new MeasuredAnswers(endpoint.Address, under, answers);
    }

    /// <summary>Not met above the limit; to be looked at when the median is more than twice what it was before.</summary>
    public static Observation JudgeTimes(IReadOnlyList<MeasuredAnswers> measured, IReadOnlyDictionary<string, TimeSpan>? before)
    {
        var parts = new List<string>();
        Outcome outcome = Outcome.Met;
        foreach (MeasuredAnswers endpoint in measured)
        {
            int silent = endpoint.Answers.Count(answer => answer.Status is null);
            ResponseTimes times = endpoint.Times;
            string lost = silent == 0 ? "" : $", {silent} of {endpoint.Answers.Count} without an answer";
            TimeSpan? earlier = before is not null && before.TryGetValue(endpoint.Address.AbsolutePath, out TimeSpan median) ? median : null;
            string compared = earlier is { } known ? $", median {known.TotalMilliseconds:0} ms before" : "";
            parts.Add($"{endpoint.Address.AbsolutePath}: {times}{lost}, limit {endpoint.Under.TotalMilliseconds:0} ms{compared}");
            if (silent > 0 || times.P95 >= endpoint.Under) outcome = Outcome.NotMet;
            else if ((times.Maximum >= endpoint.Under || times.Median > (2 * earlier) + Noise) && outcome == Outcome.Met) outcome = Outcome.MetButLook;
        }

        return new Observation(outcome, string.Join("; ", parts))
        {
            Expected = string.Join(", ", measured.Select(endpoint => $"{endpoint.Address.AbsolutePath} under {endpoint.Under.TotalMilliseconds:0} ms")),
            Remedy = outcome == Outcome.Met ? null : "Compare with the times before the deployment; look at CPU limits, database and cold caches of the new pods.",
        };
    }

    public static Observation JudgeStatuses(IReadOnlyList<MeasuredAnswers> measured)
    {
        var answers = measured.SelectMany(endpoint => endpoint.Answers).ToList();
        int answered = answers.Count(answer => answer.Status is not null);
        var bad = answers.Where(answer => answer.Status >= 500).ToList();
        if (bad.Count > 0)
        {
            string statuses = string.Join(", ", bad.GroupBy(answer => answer.Status).OrderBy(group => group.Key).Select(group => $"{group.Key} × {group.Count()}"));
            return new Observation(Outcome.NotMet, $"{bad.Count} of {answered} answers are 5xx: {statuses}")
            {
                Expected = "0",
                Actual = bad.Count.ToString(System.Globalization.CultureInfo.InvariantCulture),
                Remedy = "Look at the logs of the new pods for the requests that failed.",
            };
        }

        return answered == 0
            ? new Observation(Outcome.Undecided, $"None of {answers.Count} requests was answered: {answers.FirstOrDefault()?.Fault}")
            : new Observation(Outcome.Met, $"no 5xx in {answered} answers");
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
