using System.Text.Unicode;

namespace RsolvDeploy.Health.Exposition;

/// <summary>Reads the labels of one sample, from after the opening brace to the closing one.</summary>
/// <remarks>A quoted string without a value is a metric name beyond ASCII (<c>{"http.requests",code="200"}</c>).</remarks>
internal ref struct LabelReader(ReadOnlySpan<byte> text)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private int _at;
    private bool _any;

    /// <summary>The label's name, as written between its quotes when it is quoted.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The value as it is written: with its escapes, without its quotes.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Whether <see cref="Name"/> is the metric's name and there is no value.</summary>
    public bool IsMetricName { get; private set; }

    /// <summary>Why reading ended before the closing brace; null when it did not.</summary>
    public string? Error { get; private set; }

    /// <summary>How many bytes have been read; after the last label this includes the closing brace.</summary>
    public readonly int Position => _at;

    public bool MoveNext()
    {
        _at = ExpositionText.SkipBlanks(_text, _at);
        if (_any && _at < _text.Length && _text[_at] != '}')
        {
            if (_text[_at] != ',') return Fail($"the labels hold {ExpositionText.Show(_text[_at..])} where a comma or }} has to be");
            _at = ExpositionText.SkipBlanks(_text, _at + 1);
        }

        if (_at >= _text.Length) return Fail("the labels do not end with }");
        if (_text[_at] == '}')
        {
            _at++;
            return false;
        }

        bool quoted = _text[_at] == '"';
        if (!(quoted ? ReadQuoted(out ReadOnlySpan<byte> name) : ReadName(out name))) return false;

        if (name.IsEmpty) return Fail("the labels hold an empty name");
        Name = name;
        Value = default;
        _at = ExpositionText.SkipBlanks(_text, _at);
        bool assigned = _at < _text.Length && _text[_at] == '=';
        IsMetricName = quoted && !assigned;
        if (IsMetricName) return _any ? Fail($"the labels hold the metric name {ExpositionText.Show(name)} after a label") : _any = true;
        if (!assigned) return Fail($"the label {ExpositionText.Show(name)} has no = after its name");

        _any = true;
        _at = ExpositionText.SkipBlanks(_text, _at + 1);
        if (_at >= _text.Length || _text[_at] != '"') return Fail($"the value of the label {ExpositionText.Show(name)} is not quoted");
        if (!ReadQuoted(out ReadOnlySpan<byte> value)) return false;
        Value = value;
        return true;
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

    private bool ReadQuoted(out ReadOnlySpan<byte> content)
    {
        ReadOnlySpan<byte> rest = _text[(_at + 1)..];
        content = default;
        int length = 0;
        while (true)
        {
            int stop = rest[length..].IndexOfAny((byte)'"', (byte)'\\');
            if (stop < 0) return Fail($"the quoted text {ExpositionText.Show(rest)} does not end");
            length += stop;
            if (rest[length] == '"') break;
            if (length + 1 >= rest.Length || rest[length + 1] is not ((byte)'\\' or (byte)'"' or (byte)'n'))
            {
                string escape = ExpositionText.Show(rest.Slice(length, Math.Min(2, rest.Length - length)));
                return Fail($"the quoted text holds the escape {escape}; only \\\\, \\\" and \\n are known");
            }

            length += 2;
        }

        content = rest[..length];
        if (!Utf8.IsValid(content)) return Fail($"the quoted text {ExpositionText.Show(content)} is not UTF-8");
        _at += length + 2;
        return true;
    }

    private bool Fail(string reason)
    {
        Error = reason;
        return false;
    }
}
