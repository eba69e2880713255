using System.Globalization;
using RsolvDeploy.Checks;

namespace RsolvDeploy.Monitoring;

/// <summary><c>metrics.*</c>: the counters rose by what was sent, on series that carry their labels.</summary>
internal static class RiseChecks
{
    private const double Tolerance = 1e-6;
    private const int MostNamed = 5;

    /// <summary>The label that tells the series of the test data from those of real traffic.</summary>
    public const string OwnLabel = "repo";

    /// <summary>Whether a counter has risen by as much as is wanted.</summary>
    public static bool HasRisen(MetricRise wanted, IReadOnlyList<SeriesRise> rises, CounterBaseline before) =>
        Total(Of(wanted, rises, before)) >= wanted.By - Tolerance;

    /// <summary>
    /// By how much a counter rose. More than was sent is not met either, where a label tells its series from those of real traffic:
    /// then one record was counted twice.
    /// </summary>
    public static CheckOutcome JudgeRise(MetricRise wanted, IReadOnlyList<SeriesRise> rises, CounterBaseline before)
    {
        List<SeriesRise> own = Of(wanted, rises, before);
        double total = Total(own);
        string evidence = Evidence(wanted, own, before);
        return Judge().Compared(wanted.By, Math.Round(total, 6));

        CheckOutcome Judge()
        {
            if (total < wanted.By - Tolerance)
            {
                return CheckOutcome.NotMet(
                    evidence,
                    own.Count == 0
                        ? "Check that the platform defines the metric and that the scrape job keeps it."
                        : "Check that the platform counts what it accepted: look at its log at the time of the test data.");
            }

            bool isTooMuch = before.Sent > 0 && total > (wanted.By * before.Sent) + Tolerance;
            if (!isTooMuch) return CheckOutcome.Met(evidence);
            bool isOwn = before.Labels.ContainsKey(OwnLabel)
                && own.TrueForAll(series => series.Rise == 0 || series.Labels.ContainsKey(OwnLabel));
            return isOwn
                ? CheckOutcome.NotMet(
                    $"{evidence}: more than was sent",
                    "Check whether the platform counts each record twice, or whether somebody else sent test data at the same time.")
                : CheckOutcome.Met($"{evidence}; real traffic may be part of it");
        }
    }

    /// <summary>Whether every series that rose carries the labels, with the values that were sent.</summary>
    public static CheckOutcome JudgeLabels(IReadOnlyList<string> labels, IReadOnlyList<SeriesRise> rises, CounterBaseline before)
    {
        if (labels.Count == 0) return CheckOutcome.Skipped("metrics.labels names no label");
        List<SeriesRise> risen = [.. rises.Where(series => series.Rise > 0 && IsOwn(series, before))];
        if (risen.Count == 0) return CheckOutcome.Skipped("no series rose");

        var faults = risen
            .SelectMany(series => labels.Select(label => (series.Metric, Label: label, Fault: FaultOf(series, label, before))))
            .Where(one => one.Fault is not null)
            .DistinctBy(one => (one.Metric, one.Label, one.Fault))
            .ToList();
        int right = labels.Count - faults.Select(one => one.Label).Distinct().Count();
        string series = $"{risen.Count} series of {string.Join(", ", risen.Select(one => one.Metric).Distinct())}";
        return CheckOutcome.MetIf(
            faults.Count == 0,
            faults.Count == 0
                ? $"{series} carry {string.Join(", ", labels.Select(label => Pair(label, risen[0])))}"
                : string.Join("; ", faults.Take(MostNamed).Select(one => $"{one.Metric} {one.Fault}"))
                    + (faults.Count > MostNamed ? $" and {faults.Count - MostNamed} more" : ""),
            "Let the platform or the scrape job add the label to the metric that is named.")
            .Compared(labels.Count, right);
    }

    private static string? FaultOf(SeriesRise series, string label, CounterBaseline before)
    {
        string value = series.Labels.GetValueOrDefault(label, "");
        return value.Length == 0 ? $"has no label {label}"
            : before.Labels.TryGetValue(label, out string? sent) && sent != value ? $"has {label}=\"{value}\", but \"{sent}\" was sent"
            : null;
    }

    private static List<SeriesRise> Of(MetricRise wanted, IReadOnlyList<SeriesRise> rises, CounterBaseline before) =>
        [.. rises.Where(series => series.Metric == wanted.Metric && IsOwn(series, before))];

    private static bool IsOwn(SeriesRise series, CounterBaseline before) =>
        !before.Labels.TryGetValue(OwnLabel, out string? sent)
        || !series.Labels.TryGetValue(OwnLabel, out string? value)
        || value == sent;

    private static double Total(List<SeriesRise> own) => own.Sum(series => series.Rise);

    private static string Evidence(MetricRise wanted, List<SeriesRise> own, CounterBaseline before)
    {
        string of = before.Labels.TryGetValue(OwnLabel, out string? repository) ? $" of {OwnLabel}=\"{repository}\"" : "";
        string expected = before.Sent > 1
            ? string.Create(CultureInfo.InvariantCulture, $"{wanted.By:0.######} to {wanted.By * before.Sent:0.######} were sent")
            : string.Create(CultureInfo.InvariantCulture, $"{(before.Sent == 1 ? "" : "at least ")}{wanted.By:0.######} expected");
        if (own.Count == 0) return $"Prometheus has no series{of} of {wanted.Metric}; {expected}";
        int resets = own.Sum(series => series.Resets);
        int added = own.Count(series => series.IsNew);
        return string.Create(CultureInfo.InvariantCulture, $"{wanted.Metric} rose by {Total(own):0.######} in {own.Count} series{of}")
            + (added > 0 ? $", {added} of them new" : "")
            + (resets > 0 ? $", over {resets} {(resets == 1 ? "reset" : "resets")}" : "")
            + $"; {expected}";
    }

    private static string Pair(string label, SeriesRise series) => $"{label}=\"{series.Labels.GetValueOrDefault(label, "")}\"";
}
