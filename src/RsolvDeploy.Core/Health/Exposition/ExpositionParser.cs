namespace RsolvDeploy.Health.Exposition;

/// <summary>Reads the Prometheus text exposition format 0.0.4 and OpenMetrics, line by line, out of the blocks it is fed.</summary>
/// <remarks>
/// Written against the published format. No input makes it throw: what is wrong with a line becomes an error, and reading goes on with the
/// next line. Samples are shown to the visitor as views of the block; only families and errors are kept.
/// </remarks>
internal sealed class ExpositionParser(ISampleVisitor? visitor = null, bool openMetrics = false)
{
    private const int KeptErrors = 20;

    private readonly FamilyTable _families = new();
    private readonly List<ExpositionError> _errors = [];

    /// <summary>Where the label names of the line stand. Beyond these many, a repeated name is not searched for.</summary>
    private readonly (int Start, int Length)[] _labelNames = new (int, int)[32];

    private ExpositionFamily? _current;
    private long _errorCount;
    private long _line;
    private long _samples;
    private long _bytes;
    private bool _ended;

    /// <summary>Reads all whole lines of the block.</summary>
    /// <returns>How many bytes were read; the rest is the beginning of a line and has to come again with what follows it.</returns>
    public int Feed(ReadOnlySpan<byte> block)
    {
        int read = 0;
        while (true)
        {
            int length = block[read..].IndexOf((byte)'\n');
            if (length < 0) break;
            ReadLine(block.Slice(read, length));
            read += length + 1;
        }

        _bytes += read;
        return read;
    }

    /// <summary>Notes a line that cannot be read at all, and counts its bytes.</summary>
    public void Refuse(string reason, long bytes)
    {
        _line++;
        _bytes += bytes;
        Note(reason);
    }

    /// <summary>Ends the reading. What is left is a line without its line feed: text that was cut off.</summary>
    public ExpositionDocument Complete(ReadOnlySpan<byte> rest)
    {
        bool marksEnd = openMetrics && rest.SequenceEqual("# EOF"u8);
        if (marksEnd) ReadLine(rest);
        else if (!rest.IsEmpty) Refuse("the last line does not end with a line feed; the text may have been cut off", 0);
        _bytes += rest.Length;
        if (openMetrics && !_ended) Refuse("the text does not end with # EOF; it may have been cut off", 0);
        return new ExpositionDocument(_families.Families, _samples, _errors, _errorCount, _bytes);
    }

    private void ReadLine(ReadOnlySpan<byte> line)
    {
        _line++;
        int start = ExpositionText.SkipBlanks(line, 0);
        if (start == line.Length) return;

        line = line[start..];
        string? fault = _ended ? "there is text after # EOF"
            : line[0] == '#' ? ReadComment(line[1..])
            : ReadSample(line);
        if (fault is not null) Note(fault);
    }

    private string? ReadComment(ReadOnlySpan<byte> text)
    {
        text = text[ExpositionText.SkipBlanks(text, 0)..];
        if (openMetrics && text.SequenceEqual("EOF"u8))
        {
            _ended = true;
            return null;
        }

        return MetadataLine.Read(text, _families, openMetrics);
    }

    private string? ReadSample(ReadOnlySpan<byte> line)
    {
        int at = line.IndexOfAnyExcept(ExpositionText.NameBytes);
        if (at < 0) return $"{ExpositionText.Show(line)} has no value";

        ReadOnlySpan<byte> name = line[..at];
        if (at > 0 && ExpositionText.IsDigit(name[0])) return $"{ExpositionText.Show(name)} is no metric name";

        ReadOnlySpan<byte> labels = default;
        at = ExpositionText.SkipBlanks(line, at);
        if (at < line.Length && line[at] == '{')
        {
            labels = line[(at + 1)..];
            string? labelFault = CheckLabels(labels, ref name, out int length);
            if (labelFault is not null) return labelFault;
            at = ExpositionText.SkipBlanks(line, at + 1 + length);
        }
        else if (at == name.Length)
        {
            return $"{ExpositionText.Show(line)} does not begin with a metric name";
        }

        if (name.IsEmpty) return "the sample has no metric name";

        string? fault = ReadNumbers(line[at..], name, out double value, out long? timestamp);
        if (fault is not null) return fault;

        ExpositionFamily family = FamilyOf(name);
        family.Samples++;
        _samples++;
        visitor?.Visit(new Sample(family, name, labels, value, timestamp));
        return null;
    }

    private string? ReadNumbers(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name, out double value, out long? timestamp)
    {
        timestamp = null;
        ReadOnlySpan<byte> token = ExpositionText.Token(text);
        if (!ExpositionNumber.TryRead(token, out value))
        {
            return token.IsEmpty ? $"{ExpositionText.Show(name)} has no value"
                : $"the value {ExpositionText.Show(token)} of {ExpositionText.Show(name)} is no number";
        }

        text = text[ExpositionText.SkipBlanks(text, token.Length)..];
        if (!text.IsEmpty && text[0] != '#')
        {
            token = ExpositionText.Token(text);
            timestamp = ReadTimestamp(token);
            if (timestamp is null) return $"the timestamp {ExpositionText.Show(token)} of {ExpositionText.Show(name)} is no number";
            text = text[ExpositionText.SkipBlanks(text, token.Length)..];
        }

        return text.IsEmpty ? null
            : openMetrics && text[0] == '#' ? CheckExemplar(text[1..], name)
            : $"{ExpositionText.Show(text)} stands after the sample of {ExpositionText.Show(name)}";
    }

    /// <summary>Whole milliseconds, or in OpenMetrics seconds with a fraction.</summary>
    private long? ReadTimestamp(ReadOnlySpan<byte> token)
    {
        if (!openMetrics) return ExpositionNumber.TryReadMilliseconds(token, out long milliseconds) ? milliseconds : null;
        return ExpositionNumber.TryRead(token, out double seconds) && Math.Abs(seconds) < long.MaxValue / 1000
            ? (long)Math.Round(seconds * 1000)
            : null;
    }

    private string? CheckExemplar(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        text = text[ExpositionText.SkipBlanks(text, 0)..];
        if (text.IsEmpty || text[0] != '{') return $"the exemplar of {ExpositionText.Show(name)} has no labels";
        ReadOnlySpan<byte> noName = name;
        string? fault = CheckLabels(text[1..], ref noName, out int length);
        if (fault is not null) return fault;

        text = text[ExpositionText.SkipBlanks(text, 1 + length)..];
        ReadOnlySpan<byte> token = ExpositionText.Token(text);
        if (!ExpositionNumber.TryRead(token, out _)) return $"the exemplar of {ExpositionText.Show(name)} has no value";
        text = text[ExpositionText.SkipBlanks(text, token.Length)..];
        return text.IsEmpty || ExpositionNumber.TryRead(text.TrimEnd(" \t"u8), out _) ? null
            : $"the timestamp of the exemplar of {ExpositionText.Show(name)} is no number";
    }

    /// <summary>Walks the labels once: they are well formed, and no name comes twice.</summary>
    private string? CheckLabels(ReadOnlySpan<byte> text, ref ReadOnlySpan<byte> name, out int length)
    {
        length = 0;
        int count = 0;
        var reader = new LabelReader(text);
        while (reader.MoveNext())
        {
            if (reader.IsMetricName)
            {
                if (!name.IsEmpty) return $"the metric is named twice, {ExpositionText.Show(name)} and {ExpositionText.Show(reader.Name)}";
                name = reader.Name;
                continue;
            }

            if (count == _labelNames.Length) continue;
            text.Overlaps(reader.Name, out int start);
            foreach ((int otherStart, int otherLength) in _labelNames.AsSpan(0, count))
            {
                if (otherLength == reader.Name.Length && text.Slice(otherStart, otherLength).SequenceEqual(reader.Name))
                    return $"the label {ExpositionText.Show(reader.Name)} is given twice";
            }

            _labelNames[count++] = (start, reader.Name.Length);
        }

        length = reader.Position;
        return reader.Error;
    }

    private ExpositionFamily FamilyOf(ReadOnlySpan<byte> name)
    {
        // The lines of a family follow each other, so the family of the line before is nearly always the right one.
        if (_current is not null && _current.Owns(name)) return _current;
        return _current = _families.Find(name) ?? OwnerOf(name) ?? _families.FindOrAdd(name);
    }

    private ExpositionFamily? OwnerOf(ReadOnlySpan<byte> name)
    {
        int suffix = name.LastIndexOf((byte)'_');
        if (suffix <= 0) return null;
        ExpositionFamily? family = _families.Find(name[..suffix]);
        return family is not null && family.Owns(name) ? family : null;
    }

    private void Note(string reason)
    {
        _errorCount++;
        if (_errors.Count < KeptErrors) _errors.Add(new ExpositionError(_line, reason));
    }
}
