using System.Globalization;
using System.Web;
using RsolvDeploy.Core.Tests.Health;
using RsolvDeploy.Errors;
using RsolvDeploy.Measurements;
using RsolvDeploy.Monitoring;

namespace RsolvDeploy.Core.Tests.Measurements;

/// <summary>What is asked of Prometheus is bounded.</summary>
public sealed class RangeReaderTests
{
    private static readonly DateTimeOffset End = new(2026, 11, 28, 12, 0, 7, TimeSpan.Zero);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(7, 15, 15, 40_320)]
    [InlineData(7, 1, 14, 43_200)]
    [InlineData(90, 60, 180, 43_200)]
    [InlineData(1, 60, 60, 1440)]
    public void A_window_has_at_most_44_000_steps_of_a_multiple_of_the_interval(int days, int interval, int step, int count)
    {
        var window = MeasuredWindow.Create(End, TimeSpan.FromDays(days), TimeSpan.FromSeconds(interval));
        Assert.Equal((TimeSpan.FromSeconds(step), count), (window.Step, window.Count));
        Assert.True(window.End <= End && window.End > End - window.Step);
        Assert.Equal(0, (window.End - DateTimeOffset.UnixEpoch).Ticks % window.Step.Ticks);
    }

    [Fact]
    public async Task A_week_is_read_in_chunks_of_at_most_11_000_points_without_a_gap()
    {
        var (http, client) = Prometheus((start, end, step) =>
            string.Join(',', Enumerable.Range(0, (int)((end - start) / step) + 1)
                .Select(index => FormattableString.Invariant($"[{start + (index * step)},\"{index % 7}\"]"))));
        using (client)
        {
            var window = MeasuredWindow.Create(End, TimeSpan.FromDays(7), TimeSpan.FromSeconds(15));
            var series = Assert.Single(await new RangeReader(client).ReadAsync("a", window, value => value, Ct));
            Assert.Equal(window.Count, series.Values().Count());
        }

        var ranges = http.Requests.Select(request => Range(request.Body)).ToList();
        Assert.Equal(4, ranges.Count);
        Assert.All(ranges, range => Assert.InRange((range.End - range.Start) / range.Step, 1, 10_999));
        Assert.All(ranges.Zip(ranges.Skip(1)), pair => Assert.Equal(pair.First.Step, pair.Second.Start - pair.First.End));
    }

    [Fact]
    public async Task An_expression_with_too_many_series_is_an_error_that_names_it()
    {
        var (_, client) = Prometheus((start, _, _) => FormattableString.Invariant($"[{start},\"1\"]"), series: 1001);
        using (client)
        {
            var window = MeasuredWindow.Create(End, TimeSpan.FromHours(1), TimeSpan.FromSeconds(15));
            var error = await Assert.ThrowsAsync<DeployException>(
                () => new RangeReader(client).ReadAsync("by_pod", window, value => value, Ct));
            Assert.Equal("MeasurementTooLarge", error.Id);
            Assert.Contains("by_pod", error.Message, StringComparison.Ordinal);
        }
    }

    private static (FakeHttp Http, PrometheusClient Client) Prometheus(Func<double, double, double, string> values, int series = 1)
    {
        var http = new FakeHttp((_, body) =>
        {
            var (start, end, step) = Range(body);
            var result = Enumerable.Range(0, series)
                .Select(index => $$"""{"metric":{"i":"{{index}}"},"values":[{{values(start, end, step)}}]}""");
            return FakeHttp.Answer(
                $$$"""{"status":"success","data":{"resultType":"matrix","result":[{{{string.Join(',', result)}}}]}}""");
        });
        return (http, new PrometheusClient(new HttpClient(http) { BaseAddress = new Uri("http://prometheus.test/") }, "test"));
    }

    private static (double Start, double End, double Step) Range(string body)
    {
        var form = HttpUtility.ParseQueryString(body);
        return (Number("start"), Number("end"), Number("step"));

        double Number(string name) => double.Parse(form[name]!, CultureInfo.InvariantCulture);
    }
}
