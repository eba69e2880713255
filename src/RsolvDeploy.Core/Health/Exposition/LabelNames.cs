namespace RsolvDeploy.Health.Exposition;

/// <summary>Finds a label name that comes twice in one sample, without an allocation for each sample.</summary>
internal sealed class LabelNames
{
    /// <summary>Beyond these many labels a repeated name is not searched for.</summary>
    private const int Most = 128;

    private readonly (int Start, int Length, bool IsEmpty)[] _names = new (int, int, bool)[Most];
    private int _count;

    public void Clear() => _count = 0;

    /// <summary>Takes a label of the text.</summary>
    /// <returns>
    /// Whether Prometheus refuses it: its name came before with a value. A label with an empty value is as good as absent.
    /// </returns>
    public bool IsRepeated(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name, bool isEmpty, ref ExpositionLeniency leniency)
    {
        if (_count == Most || !text.Overlaps(name, out int start)) return false;
        foreach ((int otherStart, int otherLength, bool otherIsEmpty) in _names.AsSpan(0, _count))
        {
            if (otherLength != name.Length || !text.Slice(otherStart, otherLength).SequenceEqual(name)) continue;
            if (!isEmpty && !otherIsEmpty) return true;
            leniency |= ExpositionLeniency.EmptyDuplicate;
        }

        _names[_count++] = (start, name.Length, isEmpty);
        return false;
    }
}
