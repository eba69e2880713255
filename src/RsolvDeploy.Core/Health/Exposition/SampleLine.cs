namespace RsolvDeploy.Health.Exposition;

/// <summary>Reads a line that holds a sample.</summary>
/// <param name="line">The line, from its first byte that is no blank, without its line feed.</param>
/// <param name="names">Finds repeated labels.</param>
/// <param name="openMetrics">Whether the rules of OpenMetrics hold: one space between the parts, exemplars, seconds.</param>
internal ref struct SampleLine(ReadOnlySpan<byte> line, LabelNames names, bool openMetrics)
{
    private readonly ReadOnlySpan<byte> _line = line;
    private ReadOnlySpan<byte> _name;
    private ReadOnlySpan<byte> _labels;
    private double _value;
    private long? _timestamp;
    private ExpositionLeniency _leniency;

    public readonly ReadOnlySpan<byte> Name => _name;

    /// <summary>The labels from after their opening brace on; empty when there are none.</summary>
    public readonly ReadOnlySpan<byte> Labels => _labels;

    public readonly double Value => _value;

    /// <summary>Milliseconds since 1970; null when the sample has no timestamp.</summary>
    public readonly long? Timestamp => _timestamp;

    public bool HasExemplar { get; private set; }

    /// <summary>Where the reading stands in the line.</summary>
    public int Position { get; private set; }

    /// <summary>Whether the error is that a quoted text does not end; it may go on behind a line feed.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>What was read although the format forbids it.</summary>
    public readonly ExpositionLeniency Leniency => _leniency;

    /// <summary>Reads the whole line.</summary>
    /// <returns>Why it is refused; null when it is a sample.</returns>
    public string? Read()
    {
        int length = _line.IndexOfAnyExcept(ExpositionText.NameBytes);
        if (length < 0) return $"{ExpositionText.Show(_line)} has no value";
        _name = _line[..length];
        if (length > 0 && ExpositionText.IsDigit(_name[0])) return $"{ExpositionText.Show(_name)} is no metric name";

        Position = length;
        SkipBlanks();
        if (Position < _line.Length && _line[Position] == '{')
        {
            _labels = _line[++Position..];
            if (ReadLabels(_labels, isExemplar: false) is { } fault) return fault;
            SkipBlanks();
        }
        else if (length == 0 || (openMetrics && _line[length] != ' '))
        {
            return $"{ExpositionText.Show(_line)} does not begin with a metric name";
        }
        else if (Position == length && !openMetrics)
        {
            _leniency |= ExpositionLeniency.NoBlankAfterName;
        }

        return _name.IsEmpty ? "the sample has no metric name" : ReadValue() ?? ReadRest();
    }

    private string? ReadValue()
    {
        if (!ReadToken(out ReadOnlySpan<byte> token)) return $"{ExpositionText.Show(_name)} has no value";
        if (!ExpositionNumber.TryRead(token, out _value))
            return $"the value {ExpositionText.Show(token)} of {ExpositionText.Show(_name)} is no number";
        Position += token.Length;
        SkipBlanks();
        return null;
    }

    /// <summary>What may follow the value: a timestamp, and in OpenMetrics an exemplar.</summary>
    private string? ReadRest()
    {
        if (Position < _line.Length && !_line[Position..].StartsWith(openMetrics ? " # {"u8 : "#"u8))
        {
            if (!ReadToken(out ReadOnlySpan<byte> token) || !TryReadTimestamp(token, out long timestamp))
                return $"the timestamp {ExpositionText.Show(token)} of {ExpositionText.Show(_name)} is no number";
            _timestamp = timestamp;
            Position += token.Length;
            SkipBlanks();
        }

        ReadOnlySpan<byte> rest = _line[Position..];
        return rest.IsEmpty ? null
            : openMetrics && rest.StartsWith(" # {"u8) ? ReadExemplar()
            : $"{ExpositionText.Show(rest)} stands after the sample of {ExpositionText.Show(_name)}";
    }

    private string? ReadExemplar()
    {
        HasExemplar = true;
        if (!_name.EndsWith("_total"u8) && !_name.EndsWith("_bucket"u8)) _leniency |= ExpositionLeniency.OddExemplar;
        Position += " # {"u8.Length;
        if (ReadLabels(_line[Position..], isExemplar: true) is { } fault) return fault;
        if (!ReadToken(out ReadOnlySpan<byte> token) || !ExpositionNumber.TryRead(token, out _))
            return $"the exemplar of {ExpositionText.Show(_name)} has no value";
        Position += token.Length;
        if (Position == _line.Length) return null;
        if (!ReadToken(out token) || !TryReadTimestamp(token, out _))
            return $"the timestamp of the exemplar of {ExpositionText.Show(_name)} is no number";
        Position += token.Length;
        return Position == _line.Length ? null
            : $"{ExpositionText.Show(_line[Position..])} stands after the exemplar of {ExpositionText.Show(_name)}";
    }

    private void SkipBlanks()
    {
        if (!openMetrics) Position = ExpositionText.SkipBlanks(_line, Position);
    }

    /// <summary>The next token. In OpenMetrics exactly one space stands before it, and a tab belongs to it.</summary>
    private bool ReadToken(out ReadOnlySpan<byte> token)
    {
        token = default;
        if (openMetrics)
        {
            if (Position >= _line.Length || _line[Position] != ' ') return false;
            Position++;
        }

        ReadOnlySpan<byte> rest = _line[Position..];
        int end = openMetrics ? rest.IndexOf((byte)' ') : rest.IndexOfAny((byte)' ', (byte)'\t');
        token = end < 0 ? rest : rest[..end];
        return !token.IsEmpty;
    }

    /// <summary>Whole milliseconds without a sign, or in OpenMetrics seconds with a fraction.</summary>
    private readonly bool TryReadTimestamp(ReadOnlySpan<byte> token, out long milliseconds)
    {
        if (!openMetrics) return ExpositionNumber.TryReadMilliseconds(token, out milliseconds);
        bool read = ExpositionNumber.TryRead(token, out double seconds) && double.IsFinite(seconds);
        milliseconds = Math.Abs(seconds) < long.MaxValue / 1000 ? (long)Math.Round(seconds * 1000) : 0;
        return read;
    }

    /// <summary>Walks the labels once: they are well formed, and no name comes twice. Those of an exemplar may.</summary>
    private string? ReadLabels(ReadOnlySpan<byte> text, bool isExemplar)
    {
        names.Clear();
        int start = Position;
        string? fault = null;
        var reader = new LabelReader(text, openMetrics);
        while (fault is null && reader.MoveNext())
        {
            if (!reader.IsMetricName)
            {
                // The metric name is the label __name__ itself.
                if (!isExemplar && (reader.Name.SequenceEqual("__name__"u8)
                    || names.IsRepeated(text, reader.Name, reader.Value.IsEmpty, ref _leniency)))
                {
                    fault = $"the label {ExpositionText.Show(reader.Name)} is given twice";
                }
            }
            else if (isExemplar)
            {
                fault = $"the label {ExpositionText.Show(reader.Name)} has no = after its name";
            }
            else if (!_name.IsEmpty)
            {
                fault = $"the metric is named twice, {ExpositionText.Show(_name)} and {ExpositionText.Show(reader.Name)}";
            }
            else
            {
                _name = reader.Name;
            }
        }

        Position = start + reader.Position;
        IsOpen = reader.IsOpen;
        _leniency |= reader.Leniency;
        return fault ?? reader.Error;
    }
}
