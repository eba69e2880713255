using System.Globalization;
using System.Text;

namespace RsolvDeploy.Sandbox.Platform;

/// <summary>A metric family and its series, written as the Prometheus text format wants them. Not thread safe.</summary>
internal sealed class MetricFamily(string name, string type, string help, double[]? buckets = null)
{
    private readonly SortedDictionary<string, Series> _series = new(StringComparer.Ordinal);

    /// <summary>Adds to a counter; creates only the series when <paramref name="by"/> is 0.</summary>
    public void Add(double by, params (string Name, string Value)[] labels) => GetOrAdd(labels).Sum += by;

    public void Set(double value, params (string Name, string Value)[] labels) => GetOrAdd(labels).Sum = value;

    public void Clear() => _series.Clear();

    /// <summary>Adds a value to a histogram.</summary>
    public void Observe(double value, params (string Name, string Value)[] labels)
    {
        var series = GetOrAdd(labels);
        series.Sum += value;
        series.Count++;
        for (int i = 0; i < series.Buckets.Length; i++)
        {
            if (value <= buckets![i])
                series.Buckets[i]++;
        }
    }

    public void Write(StringBuilder text)
    {
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n');
        text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        foreach (var (labels, series) in _series)
        {
            if (buckets is null)
            {
                Line(text, name, labels, series.Sum);
                continue;
            }

            for (int i = 0; i < buckets.Length; i++)
                Line(text, name + "_bucket", Join(labels, $"le=\"{Number(buckets[i])}\""), series.Buckets[i]);
            Line(text, name + "_bucket", Join(labels, "le=\"+Inf\""), series.Count);
            Line(text, name + "_sum", labels, series.Sum);
            Line(text, name + "_count", labels, series.Count);
        }
    }

    private Series GetOrAdd((string Name, string Value)[] labels)
    {
        string key = string.Join(',', labels.Select(l => $"{l.Name}=\"{Escape(l.Value)}\""));
        if (!_series.TryGetValue(key, out var series))
            _series[key] = series = new Series(new long[buckets?.Length ?? 0]);
        return series;
    }

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
            text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Join(string labels, string more) => labels.Length == 0 ? more : $"{labels},{more}";

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Escape(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);

    private sealed class Series(long[] buckets)
    {
        public double Sum { get; set; }

        public long Count { get; set; }

        public long[] Buckets { get; } = buckets;
    }
}
