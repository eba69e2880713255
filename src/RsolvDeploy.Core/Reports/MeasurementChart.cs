namespace RsolvDeploy.Reports;

/// <summary>What was measured before and after, as bars beside each other; one chart for each unit.</summary>
internal static class MeasurementChart
{
    private const double Width = 760;
    private const double Left = 300;
    private const double Row = 38;
    private const double Top = 26;
    private const int MostRows = 20;

    /// <summary>Draws one chart for each unit.</summary>
    public static IReadOnlyList<string> Draw(ReportData report) =>
    [
        .. report.Measurements
            .Where(one => one.After is not null && (one.Before is not null || one.Limit is not null))
            .GroupBy(one => one.Unit)
            .Select((group, index) => DrawOne(index, group.Key, [.. group.Take(MostRows)])),
    ];

    private static string DrawOne(int number, string unit, IReadOnlyList<ReportMeasurement> rows)
    {
        var bottom = Top + (rows.Count * Row);
        var scale = new ChartScale(Math.Max(1e-9, rows.Max(Largest)), Left, Width - Left - 40);
        var chart = new SvgChart($"measured-{number}", $"Measured values in {unit}: before, after, limit", Width, bottom + 22);
        foreach (var tick in unit == "restarts" ? scale.Wholes() : scale.Values())
            chart.Tick(scale.At(tick), (Top - 4, bottom), Label(tick, unit));
        chart.Bar("before", (Left, 2), (18, 9), "Before");
        chart.Text("key", (Left + 24, 11), "before");
        chart.Bar("after", (Left + 90, 2), (18, 9), "After");
        chart.Text("key", (Left + 114, 11), "after");
        chart.Line("limit", [(Left + 180, 1), (Left + 180, 13)]);
        chart.Text("key", (Left + 188, 11), "limit");
        foreach (var (row, index) in rows.Select((row, index) => (row, index)))
        {
            var y = Top + (index * Row);
            chart.Text("label", (Left - 10, y + 19), ReportText.Shorten(row.Name, 44));
            if (row.Before is { } before) Bar("before", y + 3, before, row);
            if (row.After is { } after) Bar("after", y + 16, after, row);
            if (row.Limit is { } limit) chart.Line("limit", [(scale.At(limit), y + 1), (scale.At(limit), y + 30)]);
        }

        return chart.ToString();

        void Bar(string kind, double y, double value, ReportMeasurement row) => chart.Bar(
            kind, (Left, y), (scale.At(value) - Left, 11), $"{row.Name} {kind}: {ReportText.Measured(value, unit)}");
    }

    // A long unit at each tick would overlap the next one; the title of the chart names it.
    private static string Label(double tick, string unit) =>
        unit.Length > 3 && unit != "bytes" ? ReportText.Number(tick) : ReportText.Measured(tick, unit);

    private static double Largest(ReportMeasurement row) => Math.Max(row.Before ?? 0, Math.Max(row.After ?? 0, row.Limit ?? 0));
}
