using System.Text.Unicode;

namespace RsolvDeploy.Health.Exposition;

/// <summary>Reads a line that begins with <c>#</c>: HELP, TYPE, UNIT, or a comment.</summary>
internal ref struct MetadataLine(ReadOnlySpan<byte> line, FamilyTable families, bool openMetrics)
{
    private readonly ReadOnlySpan<byte> _line = line;

    /// <summary>Where the reading stands in the line.</summary>
    public int Position { get; private set; }

    /// <summary>Whether the error is that a quoted name does not end; it may go on behind a line feed.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>What was read although the format forbids it.</summary>
    public ExpositionLeniency Leniency { get; private set; }

    /// <summary>Takes the line into the table of families.</summary>
    /// <returns>Why it is refused; null when it is metadata or a mere comment.</returns>
    public string? Read()
    {
        ReadOnlySpan<byte> keyword = ReadKeyword();
        bool help = keyword.SequenceEqual("HELP"u8);
        bool type = keyword.SequenceEqual("TYPE"u8);
        bool unit = openMetrics && keyword.SequenceEqual("UNIT"u8);
        if (!help && !type && !unit) return openMetrics ? "OpenMetrics has no comments but HELP, TYPE, UNIT and EOF" : null;
        if (!openMetrics && Position == _line.Length)
        {
            Leniency |= ExpositionLeniency.NoMetadataName;
            return null;
        }

        SkipBlanks();
        ReadOnlySpan<byte> name = ReadName(out string? fault);
        if (fault is not null) return $"{ExpositionText.Show(keyword)} {fault}";

        ReadOnlySpan<byte> rest = _line[Position..];
        if (openMetrics && (rest.IsEmpty || rest[0] != ' ')) return $"{ExpositionText.Show(keyword)} has no blank after the metric name";
        if (!rest.IsEmpty && !ExpositionText.IsBlank(rest[0])) Leniency |= ExpositionLeniency.NoBlankAfterName;
        if (!rest.IsEmpty) rest = rest[1..];
        Position = _line.Length - rest.Length;
        return help ? ReadHelp(name, rest) : type ? ReadType(name, rest) : ReadUnit(name, rest);
    }

    /// <summary>The word after <c>#</c>. OpenMetrics has exactly one space before it and behind it.</summary>
    private ReadOnlySpan<byte> ReadKeyword()
    {
        Position = 1;
        if (openMetrics)
        {
            if (!_line.StartsWith("# "u8)) return default;
            Position = 2;
        }
        else
        {
            // Without a blank it is a comment: #HELP.
            SkipBlanks();
            if (Position == 1) return default;
        }

        ReadOnlySpan<byte> keyword = ExpositionText.Token(_line[Position..]);
        Position += keyword.Length;
        return keyword;
    }

    private void SkipBlanks() =>
        Position = openMetrics ? Math.Min(Position + 1, _line.Length) : ExpositionText.SkipBlanks(_line, Position);

    private ReadOnlySpan<byte> ReadName(out string? fault)
    {
        fault = null;
        ReadOnlySpan<byte> text = _line[Position..];
        if (!text.IsEmpty && text[0] == '"')
        {
            var quoted = new LabelReader(text);
            if (!quoted.ReadQuotedName()) fault = $"names no metric: {quoted.Error}";
            IsOpen = quoted.IsOpen;
            Leniency |= quoted.Leniency;
            Position += quoted.Position;
            return quoted.Name;
        }

        int length = text.IndexOfAnyExcept(ExpositionText.NameBytes);
        ReadOnlySpan<byte> name = length < 0 ? text : text[..length];
        if (name.IsEmpty || ExpositionText.IsDigit(name[0]))
            fault = text.IsEmpty ? "names no metric" : $"names {ExpositionText.Show(ExpositionText.Token(text))}, which is no metric name";
        else Position += name.Length;
        return name;
    }

    private string? ReadHelp(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text)) return $"HELP of {ExpositionText.Show(name)} is not UTF-8";
        for (int at = text.IndexOf((byte)'\\'); at >= 0;)
        {
            if (at + 1 >= text.Length || text[at + 1] is not ((byte)'\\' or (byte)'n' or (byte)'"'))
                Leniency |= ExpositionLeniency.HelpEscape;
            int next = at + 2 < text.Length ? text[(at + 2)..].IndexOf((byte)'\\') : -1;
            at = next < 0 ? -1 : at + 2 + next;
        }

        ExpositionFamily family = families.FindOrAdd(name);
        if (family.Help is not null) Leniency |= ExpositionLeniency.SecondHelp;
        family.Help = ExpositionText.Unescape(text.TrimStart(" \t"u8));
        return null;
    }

    private string? ReadType(ReadOnlySpan<byte> name, ReadOnlySpan<byte> word)
    {
        MetricType? type = TypeOf(word, openMetrics);
        if (type is null)
        {
            string stray = TypeOf(word.Trim(" \t\r"u8), openMetrics) is null ? "" : " (a stray blank)";
            return $"TYPE of {ExpositionText.Show(name)} is {ExpositionText.Show(word)}, which is no metric type{stray}";
        }

        ExpositionFamily family = families.FindOrAdd(name);
        if (family.HasType) Leniency |= ExpositionLeniency.SecondType;
        else if (family.Samples > 0) Leniency |= ExpositionLeniency.LateType;
        family.Type = type.Value;
        family.HasType = true;
        return null;
    }

    private string? ReadUnit(ReadOnlySpan<byte> name, ReadOnlySpan<byte> unit)
    {
        if (!unit.IsEmpty && !(name.EndsWith(unit) && name.Length > unit.Length && name[^(unit.Length + 1)] == '_'))
            return $"UNIT of {ExpositionText.Show(name)} is {ExpositionText.Show(unit)}, which its name does not end with";
        ExpositionFamily family = families.FindOrAdd(name);
        if (family.Unit is not null) Leniency |= ExpositionLeniency.SecondUnit;
        family.Unit = ExpositionText.Unescape(unit);
        return null;
    }

    private static MetricType? TypeOf(ReadOnlySpan<byte> word, bool openMetrics) =>
        word.SequenceEqual("counter"u8) ? MetricType.Counter
        : word.SequenceEqual("gauge"u8) ? MetricType.Gauge
        : word.SequenceEqual("histogram"u8) ? MetricType.Histogram
        : word.SequenceEqual("summary"u8) ? MetricType.Summary
        : word.SequenceEqual(openMetrics ? "unknown"u8 : "untyped"u8) ? MetricType.Unknown
        : !openMetrics ? null
        : word.SequenceEqual("info"u8) ? MetricType.Info
        : word.SequenceEqual("stateset"u8) ? MetricType.StateSet
        : word.SequenceEqual("gaugehistogram"u8) ? MetricType.GaugeHistogram
        : null;
}
