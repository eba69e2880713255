namespace RsolvDeploy.Reports;

/// <summary>The steps of a run on a time axis: how long each took, and below it how long it was expected to take.</summary>
internal static class TimelineChart
{
    private const double Width = 760;
    private const double Left = 210;
    private const double Row = 34;
    private const double Top = 26;

    /// <summary>Draws it; empty when no step ran.</summary>
    public static string Draw(ReportData report)
    {
        var rows = report.Phases.Where(phase => phase is { Started: not null, Duration: not null }).ToList();
        if (rows.Count == 0) return "";
        var begin = rows.Min(phase => phase.Started!.Value);
        var scale = new ChartScale(rows.Max(phase => Offset(phase, begin) + Longest(phase)), Left, Width - Left - 30);
        var bottom = Top + (rows.Count * Row);
        var chart = new SvgChart("timeline", $"Timeline of the {rows.Count} steps, actual and estimated", Width, bottom + 22);
        foreach (var tick in scale.Seconds()) chart.Tick(scale.At(tick), (Top - 6, bottom), ReportText.Duration(tick));
        Legend(chart);
        foreach (var (phase, index) in rows.Select((phase, index) => (phase, index)))
        {
            var y = Top + (index * Row);
            var x = scale.At(Offset(phase, begin));
            chart.Text("label", (Left - 10, y + 15), phase.Title);
            chart.Bar(
                $"actual {phase.Status.ToLowerInvariant()}",
                (x, y + 3),
                (scale.At(Offset(phase, begin) + phase.Duration!.Value) - x, 14),
                $"{phase.Title}: {ReportText.Duration(phase.Duration.Value)}, {phase.Status}");
            if (phase.Estimate is not { } estimate) continue;
            chart.Bar(
                "estimate",
                (x, y + 20),
                (scale.At(Offset(phase, begin) + estimate.Usual) - x, 5),
                $"{phase.Title}: {ReportText.Estimate(estimate)}");
        }

        return chart.ToString();
    }

    private static double Longest(ReportPhase phase) => Math.Max(phase.Duration!.Value, phase.Estimate?.Usual ?? 0);

    private static double Offset(ReportPhase phase, DateTimeOffset begin) => (phase.Started!.Value - begin).TotalSeconds;

    private static void Legend(SvgChart chart)
    {
        chart.Bar("actual succeeded", (Left, 2), (18, 9), "Actual");
        chart.Text("key", (Left + 24, 11), "actual");
        chart.Bar("estimate", (Left + 90, 4), (18, 5), "Estimate");
        chart.Text("key", (Left + 114, 11), "estimate");
    }
}
