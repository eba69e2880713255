using Microsoft.Extensions.Time.Testing;
using RsolvDeploy.Dashboards.Variables;

namespace RsolvDeploy.Core.Tests.Dashboards;

/// <summary>Ranges, spans and intervals as dashboards write them.</summary>
public class TimeTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 28, 13, 45, 30, TimeSpan.Zero); // a Saturday

    [Theory]
    [InlineData("now", "2026-11-28T13:45:30")]
    [InlineData("now-1h", "2026-11-28T12:45:30")]
    [InlineData("now-90s", "2026-11-28T13:44:00")]
    [InlineData("now-1d/d", "2026-11-27T00:00:00")]
    [InlineData("now/w", "2026-11-22T00:00:00")]
    [InlineData("now/M", "2026-11-01T00:00:00")]
    [InlineData("now-1M", "2026-10-28T13:45:30")]
    [InlineData("now/y", "2026-01-01T00:00:00")]
    [InlineData("now/fQ", "2026-10-01T00:00:00")]
    [InlineData("now+2h/h", "2026-11-28T15:00:00")]
    [InlineData("1795866330000", "2026-11-28T11:45:30")]
    [InlineData("2026-11-28T10:00:00.000Z", "2026-11-28T10:00:00")]
    public void A_start_is_read(string text, string expected) =>
        Assert.Equal(expected, TimeExpression.Parse(text, Now, TimeZoneInfo.Utc, isEnd: false)?.UtcDateTime.ToString("s"));

    [Theory]
    [InlineData("now/d", "2026-11-28T23:59:59")]
    [InlineData("now-1d/d", "2026-11-27T23:59:59")]
    [InlineData("now/h", "2026-11-28T13:59:59")]
    [InlineData("now", "2026-11-28T13:45:30")]
    public void An_end_is_rounded_up(string text, string expected) =>
        Assert.Equal(expected, TimeExpression.Parse(text, Now, TimeZoneInfo.Utc, isEnd: true)?.UtcDateTime.ToString("s"));

    [Theory]
    [InlineData("")]
    [InlineData("now-")]
    [InlineData("now-1")]
    [InlineData("now-1x")]
    [InlineData("now-99999999y")]
    [InlineData("now-999999y")]
    [InlineData("yesterday")]
    [InlineData("now/5d")]
    public void What_is_no_time_is_none(string text) => Assert.Null(TimeExpression.Parse(text, Now, TimeZoneInfo.Utc, isEnd: false));

    [Fact]
    public void Days_are_those_of_the_time_zone_of_the_dashboard()
    {
        var time = new FakeTimeProvider(Now);
        time.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("east", TimeSpan.FromHours(12), "east", "east"));
        Assert.Equal(
            "2026-11-28T12:00:00",
            TimeExpression.Parse("now/d", Now, TimeExpression.Zone("browser", time), isEnd: false)?.UtcDateTime.ToString("s"));
        Assert.Equal(TimeZoneInfo.Utc, TimeExpression.Zone("utc", time));
        Assert.Equal(time.LocalTimeZone, TimeExpression.Zone("Nowhere/Known", time));
    }

    [Theory]
    [InlineData("30s", 30)]
    [InlineData(">1m", 60)]
    [InlineData("1h", 3600)]
    [InlineData("250ms", 0.25)]
    [InlineData("7d", 604800)]
    [InlineData("1M", 2592000)]
    public void A_span_is_read(string text, double seconds) => Assert.Equal(seconds, TimeSpanText.Parse(text)?.TotalSeconds);

    [Theory]
    [InlineData("")]
    [InlineData("auto")]
    [InlineData("5")]
    [InlineData("1h30m")]
    public void What_is_no_span_is_none(string text) => Assert.Null(TimeSpanText.Parse(text));

    [Theory]
    // Half an hour in 30 steps is the example of the documentation; a least interval of 2 minutes makes 15 of them.
    [InlineData(30, 30, 10, "1m")]
    [InlineData(30, 30, 120, "2m")]
    [InlineData(60, 1000, 15, "15s")]
    [InlineData(1440, 1000, 15, "1m")]
    [InlineData(10080, 1000, 15, "10m")]
    public void An_interval_divides_the_range_in_round_spans(int minutes, int points, int least, string expected) => Assert.Equal(
        expected, TimeSpanText.Write(TimeSpanText.Interval(TimeSpan.FromMinutes(minutes), points, TimeSpan.FromSeconds(least))));

    [Theory]
    // As documented: the larger of the interval and a scrape, and four scrapes.
    [InlineData(15, 15, "1m", "60000")]
    [InlineData(300, 15, "315s", "315000")]
    [InlineData(5, 30, "2m", "120000")]
    public void A_rate_interval_is_at_least_four_scrapes(int interval, int scrape, string expected, string milliseconds)
    {
        var values = BuiltInValues.Of(TimeSpan.FromSeconds(interval), TimeSpan.FromSeconds(scrape)).ToDictionary(value => value.Name);
        var text = new Interpolation(values);
        Assert.Equal(expected, text.Apply("$__rate_interval"));
        Assert.Equal(milliseconds, text.Apply("$__rate_interval_ms"));
    }

    [Fact]
    public void The_range_is_written_in_all_its_forms() => Assert.Equal(
        "21600s 21600 21600000",
        new Interpolation(BuiltInValues.Of(new TimeRange(Now.AddHours(-6), Now)).ToDictionary(value => value.Name))
            .Apply("$__range $__range_s ${__range_ms}"));

    [Fact]
    public void A_panel_may_have_a_length_and_a_shift_of_its_own()
    {
        var range = new TimeRange(Now.AddHours(-6), Now);
        Assert.Equal(new TimeRange(Now.AddHours(-1), Now), range.For("1h", null, TimeZoneInfo.Utc));
        Assert.Equal(new TimeRange(Now.AddHours(-7), Now.AddHours(-1)), range.For(null, "1h", TimeZoneInfo.Utc));
        Assert.Equal(range, range.For("soon", "later", TimeZoneInfo.Utc));
    }
}
