using System.Globalization;
using System.Text;
using RsolvDeploy.Cluster.Yaml;
using RsolvDeploy.Measurements;
using RsolvDeploy.Runs;
using RsolvDeploy.Services.Tests.Fixtures;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Services.Tests.Monitoring;

/// <summary>What two days in a real Prometheus show; how often the alerts fire and what was observed is known.</summary>
public sealed class MeasurementTests
{
    private const int Seed = 20261128;
    private const string Rules = """
        groups:
          - name: rfc_060_app
            interval: 1m
            rules:
              - { alert: QueueLong, expr: 'queue_length{job="rsolv-platform"} > 5', for: 2m, labels: { rfc: '060' }, annotations: { summary: 'It is {{ $value }} long' } }
              - { alert: Slow, expr: 'histogram_quantile(0.95, sum by (le) (rate(rsolv_work_seconds_bucket[1h]))) > 30', labels: { rfc: '060' } }
              - { alert: Down, expr: 'absent(up{job="rsolv-platform"})', labels: { rfc: '060' } }
              - { record: 'app:queue', expr: 'sum(queue_length)' }
          - name: somebody_else
            rules:
              - { alert: Other, expr: 'vector(1) > 0' }
        """;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly double[] Bounds = [1, 10, 100];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_days_give_the_counts_the_quantiles_and_rules_that_promtool_accepts()
    {
        string? missing = ServerProgram.WhyMissing("promtool", "prometheus");
        Assert.SkipWhen(missing is not null, missing ?? "");
        var (past, observed) = Past(DateTimeOffset.UtcNow);
        await using PrometheusProgram prometheus =
            await PrometheusServer.StartAsync(new PrometheusSetup("[{ targets: ['127.0.0.1:1'] }]", Rules) { Past = past }, Ct);
        Target target = PrometheusTargets.Create(prometheus.Address, prometheus.Address) with
        {
            Metrics = new MetricSettings { Families = ["rsolv_work_*"] },
        };
        using var context = new StepContext(
            target,
            new StepJournal(new PipelineJournal(new OpenLedgers()), StepKind.Measurement, target, RunId.New(DateTimeOffset.UtcNow)));

        string patch = Path.GetTempFileName();
        var options = new MeasurementOptions(TimeSpan.FromDays(3)) { OutFile = patch };
        MetricsMeasurement measured = await new MeasurementStep().RunAsync(context, options, Ct);

        Assert.Equal(measured.Patch, await File.ReadAllTextAsync(patch, Ct));
        File.Delete(patch);

        // The queue is long every three hours, and very long once; one minute is too short to fire.
        AlertMeasurement queue = measured.Alerts.Single(alert => alert.Name == "QueueLong");
        Assert.Equal((16, 5.0, 9.1, 1), (queue.Fired, queue.Threshold, queue.Proposed, queue.ProposedFired));
        Assert.Equal(Minute, queue.Step);
        Assert.Equal(0, measured.Alerts.Single(alert => alert.Name == "Down").Fired);
        Assert.Equal(3, measured.Alerts.Count);

        HistogramMeasurement work = Assert.Single(measured.Histograms);
        double[] sorted = [.. observed.Order()];
        Assert.InRange(work.Known, sorted.Length * 9 / 10, sorted.Length);
        foreach (QuantileMeasurement quantile in work.Quantiles)
        {
            double exact = sorted[(int)Math.Ceiling(quantile.Quantile * sorted.Length) - 1];
            Assert.True(
                Math.Abs(quantile.Reference!.Value - exact) / exact < 0.05, $"seed {Seed}: {quantile}, {quantile.Reference}, {exact}");
            Assert.True(quantile.ProposedError < 0.15, $"seed {Seed}: {quantile} is off by {quantile.ProposedError}");
        }

        Assert.True(work.Quantiles.Max(quantile => quantile.Error) > 0.5);
        Assert.Contains(30, work.ProposedBounds);

        string file = Path.Combine(Path.GetTempPath(), $"rsolv-rules-{Guid.NewGuid():N}.yml");
        await File.WriteAllTextAsync(file, ObjectYamlReader.Read(Encoding.UTF8.GetBytes(measured.Patch))["spec"]!.ToJsonString(), Ct);
        try
        {
            (bool isValid, string output) = Promtool.CheckRules(file);
            Assert.True(isValid, output);
            Assert.Contains("5 rules found", output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    // Two days that end now, scraped each minute: a queue that is long now and then, and one observation a scrape.
    private static (string Text, IReadOnlyList<double> Observed) Past(DateTimeOffset now)
    {
        const int Minutes = 2 * 24 * 60;
        var random = new Random(Seed);
        List<double> observed =
            [.. Enumerable.Range(0, Minutes - 1).Select(index => (index % 12 == 0 ? 40 : 2.5) + random.NextDouble())];
        var text = new StringBuilder();
        Family("up", "gauge", "{job=\"rsolv-platform\"}", _ => 1);
        Family("queue_length", "gauge", "{job=\"rsolv-platform\"}", index => (index % 180) switch
        {
            >= 60 and < 64 => index is >= 420 and < 424 ? 20 : 9,
            100 => 50,
            _ => 1,
        });
        text.Append("# TYPE rsolv_work_seconds histogram\n");
        foreach (double bound in Bounds.Append(double.PositiveInfinity))
        {
            string le = double.IsInfinity(bound) ? "+Inf" : bound.ToString("0.0", CultureInfo.InvariantCulture);
            Samples("rsolv_work_seconds_bucket", $"{{job=\"rsolv-platform\",le=\"{le}\"}}", Running(value => value <= bound ? 1 : 0));
        }

        Samples("rsolv_work_seconds_sum", "{job=\"rsolv-platform\"}", Running(value => value));
        Samples("rsolv_work_seconds_count", "{job=\"rsolv-platform\"}", Running(_ => 1));
        return (text.Append("# EOF\n").ToString(), observed);

        Func<int, double> Running(Func<double, double> increase)
        {
            var sums = new double[Minutes];
            for (int index = 1; index < Minutes; index++) sums[index] = sums[index - 1] + increase(observed[index - 1]);
            return index => sums[index];
        }

        void Family(string name, string type, string labels, Func<int, double> value)
        {
            text.Append(CultureInfo.InvariantCulture, $"# TYPE {name} {type}\n");
            Samples(name, labels, value);
        }

        void Samples(string name, string labels, Func<int, double> value)
        {
            long first = now.ToUnixTimeSeconds() - (60 * Minutes);
            for (int index = 0; index < Minutes; index++)
                text.Append(CultureInfo.InvariantCulture, $"{name}{labels} {value(index):R} {first + (60 * index)}\n");
        }
    }
}
