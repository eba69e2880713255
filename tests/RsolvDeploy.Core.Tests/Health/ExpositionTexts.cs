using System.Globalization;
using System.Text;
using RsolvDeploy.Health.Exposition;

namespace RsolvDeploy.Core.Tests.Health;

/// <summary>Reads a text and keeps its samples as plain values, so that tests can compare them.</summary>
internal sealed class SampleCollector : ISampleVisitor
{
    public List<CollectedSample> Samples { get; } = [];

    public void Visit(in Sample sample)
    {
        var labels = new List<(string, string)>();
        LabelReader reader = sample.Labels;
        while (reader.MoveNext())
        {
            if (!reader.IsMetricName) labels.Add((ExpositionText.Unescape(reader.Name), ExpositionText.Unescape(reader.Value)));
        }

        Samples.Add(new CollectedSample(ExpositionText.Unescape(sample.Name), labels, sample.Value, sample.Timestamp)
        {
            Family = sample.Family.Name,
        });
    }

    public static (ExpositionDocument Document, List<CollectedSample> Samples) Read(string text, bool openMetrics = false) =>
        Read(Encoding.UTF8.GetBytes(text), openMetrics);

    public static (ExpositionDocument Document, List<CollectedSample> Samples) Read(ReadOnlySpan<byte> text, bool openMetrics = false)
    {
        var collector = new SampleCollector();
        var parser = new ExpositionParser(collector, openMetrics);
        int read = parser.Feed(text);
        return (parser.Complete(text[read..]), collector.Samples);
    }
}

internal sealed record CollectedSample(string Name, IReadOnlyList<(string Name, string Value)> Labels, double Value, long? Timestamp)
{
    public string Family { get; init; } = "";

    /// <summary>As a line of exposition text, written by the book.</summary>
    public string Write()
    {
        var line = new StringBuilder(Name);
        if (Labels.Count > 0)
            line.Append('{').AppendJoin(',', Labels.Select(label => $"{label.Name}=\"{Escape(label.Value)}\"")).Append('}');
        string value = double.IsNaN(Value) ? "NaN"
            : double.IsPositiveInfinity(Value) ? "+Inf"
            : double.IsNegativeInfinity(Value) ? "-Inf"
            : Value.ToString("R", CultureInfo.InvariantCulture);
        line.Append(' ').Append(value);
        if (Timestamp is not null) line.Append(CultureInfo.InvariantCulture, $" {Timestamp}");
        return line.Append('\n').ToString();
    }

    public override string ToString() => Write().TrimEnd('\n');

    private static string Escape(string value) =>
        value
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
}
