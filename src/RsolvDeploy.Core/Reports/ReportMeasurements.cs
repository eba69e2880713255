using System.Text.Json.Nodes;
using RsolvDeploy.Checks;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Reports;

/// <summary>The values of a run that were measured before and after, and those with a limit.</summary>
internal static class ReportMeasurements
{
    // Times, sizes and rates make a chart; numbers of objects stand in the evidence.
    private static readonly string[] Measured = ["ms", "s", "bytes", "MB", "%", "ratio", "req/s", "cores"];

    /// <summary>The measurements.</summary>
    /// <param name="results">The results of the run in order.</param>
    public static IReadOnlyList<ReportMeasurement> From(IReadOnlyList<RecordedResult> results)
    {
        var before = results.Select(result => result.Baseline).LastOrDefault(baseline => baseline is not null);
        var after = results.Select(result => result.Details?.ResponseTimes).LastOrDefault(times => times is not null);
        List<ReportMeasurement> all = [];
        foreach (var path in (before?.ResponseTimes.Keys ?? []).Union(after?.Keys ?? []).Order(StringComparer.Ordinal))
        {
            all.Add(new ReportMeasurement($"Median response time of {path}", "ms")
            {
                Before = Milliseconds(before?.ResponseTimes, path),
                After = Milliseconds(after, path),
            });
        }

        var pods = results.LastOrDefault(result => result.Details?.Pods is not null)?.Details?.Pods;
        if (before?.Restarts is { } restarts)
        {
            all.Add(new ReportMeasurement("Restarts of containers", "restarts")
            {
                Before = restarts,
                After = pods?.Sum(pod => pod.Restarts),
            });
        }

        if (before?.ErrorRate is { } rate)
        {
            all.Add(new ReportMeasurement("Error rate", "ratio")
            {
                Before = rate,
                After = Number(Newest(results, CheckTable.TriggerErrorRate.Id)?.Actual),
            });
        }

        all.AddRange(results.SelectMany(result => result.Checks)
            .Where(check => check.Status is not CheckStatus.Skipped && Measured.Contains(check.Unit))
            .GroupBy(check => check.Id, (_, checks) => checks.Last())
            .Where(check => Number(check.Actual) is not null)
            .Select(check => new ReportMeasurement(check.Id, check.Unit!)
            {
                After = Number(check.Actual),
                Limit = Number(check.Expected),
            }));
        return all;
    }

    private static RecordedCheck? Newest(IReadOnlyList<RecordedResult> results, string id) =>
        results.SelectMany(result => result.Checks).LastOrDefault(check => check.Id == id);

    private static double? Milliseconds(IReadOnlyDictionary<string, TimeSpan>? times, string path) =>
        times is not null && times.TryGetValue(path, out var time) ? Math.Round(time.TotalMilliseconds, 1) : null;

    private static double? Number(JsonNode? value) => CheckValue.FromNode(value) switch
    {
        long whole => whole,
        double number when double.IsFinite(number) => Math.Round(number, 4),
        _ => null,
    };
}
