namespace RsolvDeploy.Reports;

/// <summary>The pods of a rollout on a time axis: new ones that are ready, old ones that are left, and restarts.</summary>
internal static class RolloutChart
{
    private const double Width = 760;
    private const double Height = 190;
    private const double Left = 50;
    private const double Top = 26;
    private const double Bottom = Height - 24;

    /// <summary>Draws it; empty when no event counts pods.</summary>
    public static string Draw(ReportData report)
    {
        var events = (report.Rollout?.Events ?? []).Where(one => one is { Ready: not null, Old: not null }).OrderBy(one => one.At).ToList();
        if (events.Count == 0) return "";
        var begin = events[0].At;
        var seconds = Math.Max(1, (events[^1].At - begin).TotalSeconds);
        var most = events.Max(one => Math.Max(Math.Max(one.Desired ?? 1, one.Ready!.Value), Math.Max(one.Old!.Value, one.Restarts ?? 0)));
        var x = new ChartScale(seconds, Left, Width - Left - 30);
        var y = new ChartScale(Math.Max(1, most), Bottom, Top + 8 - Bottom);
        var chart = new SvgChart("rollout", "Pods during the rollout: new and ready, old, and restarts", Width, Height);
        foreach (var tick in x.Seconds()) chart.Tick(x.At(tick), (Top, Bottom), ReportText.Duration(tick));
        foreach (var count in y.Wholes()) chart.Text("value", (Left - 8, y.At(count) + 4), $"{count}");
        Draw("desired", one => one.Desired ?? 0);
        Draw("old", one => one.Old!.Value);
        Draw("restarts", one => one.Restarts ?? 0);
        Draw("ready", one => one.Ready!.Value);
        Key("ready", "new and ready", Left);
        Key("old", "old", Left + 130);
        Key("desired", "wanted", Left + 200);
        Key("restarts", "restarts", Left + 290);
        return chart.ToString();

        void Draw(string kind, Func<TimelineEntry, int> count) => chart.Line(
            kind, Steps(events, one => x.At((one.At - begin).TotalSeconds), one => y.At(count(one))));

        void Key(string kind, string text, double at)
        {
            chart.Line(kind, [(at, 9), (at + 20, 9)]);
            chart.Text("key", (at + 26, 13), text);
        }
    }

    // A number holds until the next event changes it.
    private static IEnumerable<(double X, double Y)> Steps(
        List<TimelineEntry> events, Func<TimelineEntry, double> x, Func<TimelineEntry, double> y)
    {
        for (var index = 0; index < events.Count; index++)
        {
            if (index > 0) yield return (x(events[index]), y(events[index - 1]));
            yield return (x(events[index]), y(events[index]));
        }
    }
}
