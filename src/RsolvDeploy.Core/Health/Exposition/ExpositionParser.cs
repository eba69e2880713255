namespace RsolvDeploy.Health.Exposition;

/// <summary>Reads the Prometheus text exposition format 0.0.4 and OpenMetrics, line by line, out of the blocks it is fed.</summary>
/// <remarks>
/// An error is what fails a scrape of Prometheus 3; a warning is what it takes although the format forbids it. No input makes the parser
/// throw, and after an error reading goes on with the next line. Samples are shown to the visitor as views of the block; only families and
/// issues are kept.
/// </remarks>
internal sealed class ExpositionParser(ISampleVisitor? visitor = null, bool openMetrics = false)
{
    private const int KeptIssues = 20;

    private readonly FamilyTable _families = new();
    private readonly LabelNames _labelNames = new();
    private readonly List<ExpositionIssue> _errors = [];
    private readonly List<ExpositionIssue> _warnings = [];

    private ExpositionFamily? _current;
    private long _errorCount;
    private long _warningCount;
    private long _line;
    private long _samples;
    private long _bytes;
    private bool _ended;
    private ExpositionLeniency _leniency;

    /// <summary>Reads all whole lines of the block.</summary>
    /// <returns>How many bytes were read; the rest is the beginning of a line and has to come again with what follows it.</returns>
    public int Feed(ReadOnlySpan<byte> block)
    {
        int read = 0;
        while (true)
        {
            ReadOnlySpan<byte> rest = block[read..];
            int length = rest.IndexOf((byte)'\n');
            if (length < 0) break;
            if (!TryReadLine(rest[..length], isLast: false))
            {
                length = LogicalLine.LengthOf(rest);
                if (length < 0) break;
                TryReadLine(rest[..length], isLast: true);
            }

            read += length + 1;
        }

        _bytes += read;
        return read;
    }

    /// <summary>Counts a line that cannot be read at all, and its bytes.</summary>
    public void Refuse(string reason, long bytes)
    {
        _line++;
        _bytes += bytes;
        AddError(1, reason);
    }

    /// <summary>Ends the reading. What is left is a line without its line feed, or one with a quoted text that does not end.</summary>
    public ExpositionDocument Complete(ReadOnlySpan<byte> rest)
    {
        _bytes += rest.Length;
        while (!rest.IsEmpty)
        {
            int length = LogicalLine.LengthOf(rest);
            if (length < 0) length = rest.Length;
            int physical = rest.IndexOf((byte)'\n');
            bool isOpen = physical >= 0 && !TryReadLine(rest[..physical], isLast: false);
            if (physical < 0 || (isOpen && LogicalLine.IsClosed(rest[..length]))) ReadLast(rest[..length], length == rest.Length);
            else if (isOpen) TryReadLine(rest[..(length = physical)], isLast: true);
            else length = physical;
            rest = rest[Math.Min(rest.Length, length + 1)..];
        }

        if (openMetrics && !_ended) Refuse("the text does not end with # EOF; it may have been cut off", 0);
        return new ExpositionDocument(_families.Families, _samples, _errors, _errorCount, _bytes)
        {
            Warnings = _warnings,
            WarningCount = _warningCount,
            Leniency = _leniency,
        };
    }

    private void ReadLast(ReadOnlySpan<byte> line, bool lacksLineFeed)
    {
        long errors = _errorCount;
        TryReadLine(line, isLast: true);
        // In OpenMetrics # EOF marks the end, with or without a line feed.
        if (lacksLineFeed && _errorCount == errors && !openMetrics && !_ended) AddWarning(ExpositionLeniency.NoLineFeed, line);
    }

    /// <summary>Reads one line.</summary>
    /// <returns>False when a quoted text in it goes on behind its line feed, so that nothing was read. Never false for the last.</returns>
    private bool TryReadLine(ReadOnlySpan<byte> line, bool isLast)
    {
        int start = openMetrics ? 0 : ExpositionText.SkipBlanks(line, 0);
        ReadOnlySpan<byte> text = line[start..];
        int position = 0;
        bool isOpen = false;
        ExpositionLeniency leniency = ExpositionLeniency.None;
        string? fault = _ended ? ReadAfterEnd()
            : text.IsEmpty ? (openMetrics ? "OpenMetrics has no blank lines" : null)
            : text[0] == '#' ? ReadComment(text, ref position, ref isOpen, ref leniency)
            : text[0] == 0 ? EndByNul(ref leniency)
            : ReadSample(text, ref position, ref isOpen, ref leniency);
        if (isOpen && !isLast) return false;

        _line++;
        if (fault is not null) AddError(start + position + 1, fault);
        else if ((leniency |= LeadingBlank(start, text)) != ExpositionLeniency.None) AddWarning(leniency, line);
        _line += line.Count((byte)'\n');
        return true;
    }

    /// <summary>In OpenMetrics nothing may follow the end; in the text format Prometheus reads nothing behind a NUL.</summary>
    private string? ReadAfterEnd() => openMetrics ? "there is text after # EOF" : null;

    private ExpositionLeniency LeadingBlank(int blanks, ReadOnlySpan<byte> text) =>
        _ended || blanks == 0 || text.IsEmpty || text[0] is (byte)'#' or (byte)'{'
            ? ExpositionLeniency.None
            : ExpositionLeniency.LeadingBlank;

    private string? EndByNul(ref ExpositionLeniency leniency)
    {
        if (openMetrics) return "a NUL byte";
        _ended = true;
        leniency |= ExpositionLeniency.NulByte;
        return null;
    }

    private string? ReadComment(ReadOnlySpan<byte> text, ref int position, ref bool isOpen, ref ExpositionLeniency leniency)
    {
        if (openMetrics && text.SequenceEqual("# EOF"u8))
        {
            _ended = true;
            return null;
        }

        var metadata = new MetadataLine(text, _families, openMetrics);
        string? fault = metadata.Read();
        position = metadata.Position;
        isOpen = metadata.IsOpen;
        leniency |= metadata.Leniency;
        return fault;
    }

    private string? ReadSample(ReadOnlySpan<byte> text, ref int position, ref bool isOpen, ref ExpositionLeniency leniency)
    {
        var sample = new SampleLine(text, _labelNames, openMetrics);
        string? fault = sample.Read();
        position = sample.Position;
        isOpen = sample.IsOpen;
        leniency |= sample.Leniency;
        if (fault is not null) return fault;

        ExpositionFamily family = FamilyOf(sample.Name, ref leniency);
        if (openMetrics && !family.Allows(sample.Name)) leniency |= ExpositionLeniency.NoSuffix;
        family.Samples++;
        _samples++;
        visitor?.Visit(new Sample(family, sample.Name, sample.Labels, sample.Value, sample.Timestamp));
        return null;
    }

    private ExpositionFamily FamilyOf(ReadOnlySpan<byte> name, ref ExpositionLeniency leniency)
    {
        // The lines of a family follow each other, so the family of the line before is nearly always the right one.
        if (_current is not null && _current.Owns(name)) return _current;
        _current = _families.Find(name) ?? OwnerOf(name) ?? _families.FindOrAdd(name);
        if (_current.Samples > 0) leniency |= ExpositionLeniency.Scattered;
        return _current;
    }

    private ExpositionFamily? OwnerOf(ReadOnlySpan<byte> name)
    {
        int suffix = name.LastIndexOf((byte)'_');
        if (suffix <= 0) return null;
        ExpositionFamily? family = _families.Find(name[..suffix]);
        return family is not null && family.Owns(name) ? family : null;
    }

    private void AddError(int column, string reason)
    {
        _errorCount++;
        if (_errors.Count < KeptIssues) _errors.Add(new ExpositionIssue(_line, column, reason));
    }

    private void AddWarning(ExpositionLeniency leniency, ReadOnlySpan<byte> line)
    {
        _leniency |= leniency;
        _warningCount++;
        if (_warnings.Count == KeptIssues) return;
        _warnings.Add(new ExpositionIssue(_line, 1, $"{ExpositionLeniencyText.Describe(leniency)}: {ExpositionText.Quote(line)}"));
    }
}
