using RsolvDeploy.Errors;
using RsolvDeploy.Monitoring;

namespace RsolvDeploy.Measurements;

/// <summary>Reads an expression over a window in chunks, so that neither a request nor what is kept grows without bound.</summary>
/// <param name="prometheus">Prometheus.</param>
internal sealed class RangeReader(PrometheusClient prometheus)
{
    /// <summary>The most points that Prometheus evaluates for a request.</summary>
    public const int MostPoints = 11_000;

    private const int MostSeries = 1_000;

    /// <summary>The values of every series, oldest first; <see cref="double.NaN"/> where it has none.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="window">The window.</param>
    /// <param name="map">What is kept of a value.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="DeployException"><c>MeasurementTooLarge</c>, or an error of Prometheus.</exception>
    public async Task<IReadOnlyList<MeasuredSeries>> ReadAsync(
        string expression, MeasuredWindow window, Func<double, double> map, CancellationToken ct)
    {
        var series = new Dictionary<string, MeasuredSeries>(StringComparer.Ordinal);
        for (var first = 0; first < window.Count; first += MostPoints)
        {
            var last = Math.Min(first + MostPoints, window.Count) - 1;
            var start = window.Start + (first * window.Step);
            var matrix = await prometheus.QueryRangeAsync(expression, start, window.Start + (last * window.Step), window.Step, ct);
            foreach (var read in matrix.Series) Add(series, read, window, map);
            if (series.Count > MostSeries) throw TooLarge(expression, series.Count);
        }

        return [.. series.Values];
    }

    private static void Add(
        Dictionary<string, MeasuredSeries> series, PrometheusSamples read, MeasuredWindow window, Func<double, double> map)
    {
        var key = string.Join(
            '\0', read.Labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(one => $"{one.Key}\0{one.Value}"));
        if (!series.TryGetValue(key, out var known)) series[key] = known = new MeasuredSeries(read.Labels, window.Count);
        foreach (var sample in read.Samples)
            known[(int)Math.Round((sample.At - window.Start) / window.Step)] = map(sample.Value);
    }

    private static DeployException TooLarge(string expression, int series) => new(
        "MeasurementTooLarge",
        FaultCategory.LimitsExceeded,
        $"The expression {expression} has more than {MostSeries} series ({series}).",
        "Aggregate it in the rule, for example with sum by (namespace).");
}

/// <summary>The values of one series over a window. Parts without values take no memory.</summary>
/// <param name="labels">Its labels.</param>
/// <param name="count">How many values there can be.</param>
internal sealed class MeasuredSeries(IReadOnlyDictionary<string, string> labels, int count)
{
    private const int Part = 1024;

    private readonly double[]?[] _parts = new double[]?[(count + Part - 1) / Part];

    /// <summary>Its labels.</summary>
    public IReadOnlyDictionary<string, string> Labels => labels;

    /// <summary>How many values there can be.</summary>
    public int Count => count;

    /// <summary>The value at an evaluation; <see cref="double.NaN"/> for none.</summary>
    public double this[int index]
    {
        get => _parts[index / Part] is { } part ? part[index % Part] : double.NaN;
        set
        {
            if (index < 0 || index >= count) return;
            var part = _parts[index / Part];
            if (part is null)
            {
                part = _parts[index / Part] = new double[Part];
                Array.Fill(part, double.NaN);
            }

            part[index % Part] = value;
        }
    }

    /// <summary>The values that there are.</summary>
    public IEnumerable<double> Values() => _parts.OfType<double[]>().SelectMany(part => part).Where(value => !double.IsNaN(value));
}
