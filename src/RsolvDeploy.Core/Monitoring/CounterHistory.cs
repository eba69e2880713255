namespace RsolvDeploy.Monitoring;

/// <summary>
/// Adds up how far counters rose since a baseline, series by series. A counter that falls, or whose process started after its last
/// sample, began anew at zero.
/// </summary>
internal sealed class CounterHistory
{
    /// <summary>The metric that reports when a process started; it shows a restart that the value of a counter does not.</summary>
    public const string StartTime = "process_start_time_seconds";

    private const string NameLabel = "__name__";
    private const string InstanceLabel = "instance";

    private readonly CounterBaseline _before;
    private readonly Dictionary<string, CounterValue> _known;
    private readonly HashSet<string> _instances;
    private readonly ILookup<string, PrometheusSample> _starts;

    private CounterHistory(CounterBaseline before, PrometheusMatrix since)
    {
        _before = before;
        _known = before.Series.ToDictionary(series => Key(series.Metric, series.Labels));
        _instances = [.. before.Series.Select(series => InstanceOf(series.Labels))];
        _starts = since.Series.Where(series => series.Metric == StartTime)
            .SelectMany(series => series.Samples.Select(sample => (Instance: InstanceOf(series.Labels), Sample: sample)))
            .ToLookup(one => one.Instance, one => one.Sample);
    }

    /// <summary>The rise of every counter series.</summary>
    /// <param name="before">The baseline.</param>
    /// <param name="since">All samples since the baseline; older ones may be among them.</param>
    public static IReadOnlyList<SeriesRise> RisesSince(CounterBaseline before, PrometheusMatrix since)
    {
        var history = new CounterHistory(before, since);
        return [.. since.Series.Where(series => series.Metric != StartTime).Select(history.RiseOf)];
    }

    private SeriesRise RiseOf(PrometheusSamples series)
    {
        var labels = WithoutName(series.Labels);
        string instance = InstanceOf(labels);
        CounterValue? known = _known.GetValueOrDefault(Key(series.Metric, labels));
        PrometheusSample? last = known is null ? null : new PrometheusSample(known.At, known.Value);
        double rise = 0;
        int resets = 0;
        foreach (PrometheusSample sample in series.Samples.Where(one => double.IsFinite(one.Value) && one.At > (last?.At ?? _before.At)))
        {
            if (last is not { } previous)
            {
                // What a process had counted before the baseline is no rise, where its instance was not scraped then.
                rise += _instances.Contains(instance) || StartedAfter(instance, _before.At, sample.At) != false ? sample.Value : 0;
            }
            else if (sample.Value < previous.Value || StartedAfter(instance, previous.At, sample.At) == true)
            {
                rise += sample.Value;
                resets++;
            }
            else
            {
                rise += sample.Value - previous.Value;
            }

            last = sample;
        }

        return new SeriesRise(series.Metric, labels, rise) { Resets = resets, IsNew = known is null };
    }

    /// <summary>Whether the process of a sample started after a time; null when it does not report its start.</summary>
    private bool? StartedAfter(string instance, DateTimeOffset time, DateTimeOffset sampled)
    {
        var starts = _starts[instance].Where(start => start.At <= sampled).ToList();
        return starts.Count == 0 ? null : starts.MaxBy(start => start.At).Value > time.ToUnixTimeMilliseconds() / 1000.0;
    }

    /// <summary>The labels without the name of the metric.</summary>
    public static Dictionary<string, string> WithoutName(IReadOnlyDictionary<string, string> labels) =>
        labels.Where(label => label.Key != NameLabel).ToDictionary();

    private static string InstanceOf(IReadOnlyDictionary<string, string> labels) => labels.GetValueOrDefault(InstanceLabel, "");

    private static string Key(string metric, IReadOnlyDictionary<string, string> labels) => string.Join(
        '\n',
        labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}").Prepend(metric));
}
