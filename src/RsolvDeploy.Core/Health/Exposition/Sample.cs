namespace RsolvDeploy.Health.Exposition;

/// <summary>One sample, as a view of the bytes it was read from.</summary>
internal readonly ref struct Sample(
    ExpositionFamily family, ReadOnlySpan<byte> name, ReadOnlySpan<byte> labels, double value, long? timestamp)
{
    private readonly ReadOnlySpan<byte> _labels = labels;

    public ExpositionFamily Family { get; } = family;

    public ReadOnlySpan<byte> Name { get; } = name;

    public double Value { get; } = value;

    /// <summary>Milliseconds since 1970; null when the sample has no timestamp.</summary>
    public long? Timestamp { get; } = timestamp;

    /// <summary>Reads the labels from the first one on.</summary>
    public LabelReader Labels => new(_labels.IsEmpty ? "}"u8 : _labels);
}
