using System.Text.Unicode;

namespace RsolvDeploy.Health.Exposition;

/// <summary>Reads the labels of one sample, from after the opening brace to the closing one.</summary>
/// <remarks>A quoted string without a value is a metric name beyond ASCII (<c>{"http.requests",code="200"}</c>).</remarks>
/// <param name="text">The text after the opening brace.</param>
/// <param name="openMetrics">Whether the stricter rules of OpenMetrics hold: no blanks, and a comma between labels.</param>
internal ref struct LabelReader(ReadOnlySpan<byte> text, bool openMetrics = false)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private int _at;
    private bool _afterValue;
    private bool _afterName;

    /// <summary>The label's name, as written between its quotes when it is quoted.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The value as it is written: with its escapes, without its quotes.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Whether <see cref="Name"/> is the metric's name and there is no value.</summary>
    public bool IsMetricName { get; private set; }

    /// <summary>Why reading ended before the closing brace; null when it did not.</summary>
    public string? Error { get; private set; }

    /// <summary>Whether the error is that a quoted text does not end; it may go on behind a line feed.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>What was read although the format forbids it.</summary>
    public ExpositionLeniency Leniency { get; private set; }

    /// <summary>How many bytes have been read; after the last label this includes the closing brace.</summary>
    public readonly int Position => _at;

    public bool MoveNext()
    {
        SkipBlanks();
        if (!ReadSeparator()) return false;
        if (_at >= _text.Length) return Fail("the labels do not end with }");
        if (_text[_at] == '}')
        {
            _at++;
            return false;
        }

        bool quoted = _text[_at] == '"';
        if (!(quoted ? ReadQuoted(isName: true, out ReadOnlySpan<byte> name) : ReadName(out name))) return false;

        if (name.IsEmpty) return Fail("the labels hold an empty name");
        Name = name;
        Value = default;
        SkipBlanks();
        bool assigned = _at < _text.Length && _text[_at] == '=';
        IsMetricName = quoted && !assigned;
        if (IsMetricName)
        {
            if (_afterValue) Leniency |= ExpositionLeniency.NameAfterLabel;
            _afterValue = false;
            return _afterName = true;
        }

        if (!assigned) return Fail($"the label {ExpositionText.Show(name)} has no = after its name");
        _at++;
        SkipBlanks();
        if (_at >= _text.Length || _text[_at] != '"') return Fail($"the value of the label {ExpositionText.Show(name)} is not quoted");
        if (!ReadQuoted(isName: false, out ReadOnlySpan<byte> value)) return false;
        Value = value;
        _afterName = false;
        return _afterValue = true;
    }

    /// <summary>Reads a quoted metric name of metadata and nothing else. It need not be UTF-8.</summary>
    public bool ReadQuotedName()
    {
        bool read = ReadQuoted(isName: true, out ReadOnlySpan<byte> name) || Leniency.HasFlag(ExpositionLeniency.NotUtf8);
        Name = name;
        return read;
    }

    /// <summary>The comma after a label. Prometheus does without it in its text format, but for a metric name.</summary>
    private bool ReadSeparator()
    {
        if (!(_afterValue || _afterName) || _at >= _text.Length || _text[_at] == '}') return true;
        if (_text[_at] == ',')
        {
            _at++;
            SkipBlanks();
            return true;
        }

        bool isName = _text[_at] == '"' || (ExpositionText.LabelBytes.Contains(_text[_at]) && !ExpositionText.IsDigit(_text[_at]));
        if (openMetrics || _afterName || !isName)
            return Fail($"the labels hold {ExpositionText.Show(_text[_at..])} where a comma or }} has to be");
        Leniency |= ExpositionLeniency.NoComma;
        return true;
    }

    private void SkipBlanks()
    {
        if (!openMetrics) _at = ExpositionText.SkipBlanks(_text, _at);
    }

    private bool ReadName(out ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> rest = _text[_at..];
        int length = rest.IndexOfAnyExcept(ExpositionText.LabelBytes);
        name = length < 0 ? rest : rest[..length];
        if (name.IsEmpty || ExpositionText.IsDigit(name[0]))
            return Fail($"the labels hold {ExpositionText.Show(rest)} where a label name has to be");
        _at += name.Length;
        return true;
    }

    private bool ReadQuoted(bool isName, out ReadOnlySpan<byte> content)
    {
        ReadOnlySpan<byte> rest = _text[(_at + 1)..];
        content = default;
        int length = 0;
        while (true)
        {
            int stop = rest[length..].IndexOfAny((byte)'"', (byte)'\\');
            if (stop < 0) return Open(rest);
            length += stop;
            if (rest[length] == '"') break;
            if (length + 1 >= rest.Length) return Open(rest);
            byte escaped = rest[length + 1];
            if (escaped == '\n') return Fail($"the quoted text {ExpositionText.Show(rest)} holds a line feed behind a backslash");
            if (escaped is not ((byte)'\\' or (byte)'"' or (byte)'n')) Leniency |= ExpositionLeniency.LabelEscape;
            length += 2;
        }

        content = rest[..length];
        if (isName) Leniency |= ExpositionLeniency.QuotedName;
        if (content.Contains((byte)'\n'))
        {
            if (openMetrics && !isName) return Fail($"the label value {ExpositionText.Show(content)} holds a line feed");
            Leniency |= ExpositionLeniency.LineFeedInQuotes;
        }

        _at += length + 2;
        if (Utf8.IsValid(content)) return true;
        Leniency |= ExpositionLeniency.NotUtf8;
        return Fail($"the quoted text {ExpositionText.Show(content)} is not UTF-8");
    }

    private bool Open(ReadOnlySpan<byte> rest)
    {
        IsOpen = true;
        return Fail($"the quoted text {ExpositionText.Show(rest)} does not end");
    }

    private bool Fail(string reason)
    {
        Error = reason;
        return false;
    }
}
