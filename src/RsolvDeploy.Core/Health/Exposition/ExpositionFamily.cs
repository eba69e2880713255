namespace RsolvDeploy.Health.Exposition;

/// <summary>A metric family: its metadata lines, and how many samples were read of it.</summary>
internal sealed class ExpositionFamily(ReadOnlySpan<byte> name)
{
    private readonly byte[] _key = name.ToArray();

    public string Name { get; } = ExpositionText.Unescape(name);

    public MetricType Type { get; set; }

    /// <summary>Whether a TYPE line was read; <see cref="Type"/> alone does not distinguish it from <c>untyped</c>.</summary>
    public bool HasType { get; set; }

    public string? Help { get; set; }

    public string? Unit { get; set; }

    public long Samples { get; set; }

    public ReadOnlySpan<byte> Key => _key;

    /// <summary>Whether a sample of this name belongs to this family: its own name, or with a suffix that its type makes.</summary>
    public bool Owns(ReadOnlySpan<byte> sample) => sample.StartsWith(_key) && OwnsSuffix(sample[_key.Length..]);

    /// <summary>Whether OpenMetrics allows this name for a sample of the family; only a suffix may be required.</summary>
    public bool Allows(ReadOnlySpan<byte> sample) => sample.Length > _key.Length || Type is not (
        MetricType.Counter or MetricType.Histogram or MetricType.Info or MetricType.GaugeHistogram);

    private bool OwnsSuffix(ReadOnlySpan<byte> suffix) => suffix.IsEmpty || Type switch
    {
        MetricType.Histogram => suffix.SequenceEqual("_bucket"u8) || IsSum(suffix) || suffix.SequenceEqual("_created"u8),
        MetricType.Summary => IsSum(suffix) || suffix.SequenceEqual("_created"u8),
        MetricType.Counter => suffix.SequenceEqual("_total"u8) || suffix.SequenceEqual("_created"u8),
        MetricType.Info => suffix.SequenceEqual("_info"u8),
        MetricType.GaugeHistogram =>
            suffix.SequenceEqual("_bucket"u8) || suffix.SequenceEqual("_gsum"u8) || suffix.SequenceEqual("_gcount"u8),
        _ => false,
    };

    private static bool IsSum(ReadOnlySpan<byte> suffix) => suffix.SequenceEqual("_sum"u8) || suffix.SequenceEqual("_count"u8);
}
