using System.Text;

namespace RsolvDeploy.Services.Tests.Expositions;

/// <summary>Damages an exposition in one to three places, as exporters, proxies and templates do.</summary>
internal sealed class ExpositionMutator(int seed)
{
    private const string Bytes = " \t\n\r\"\\{},=#+-._:0129aeEINnfxé/'<>|%&;()[]";

    private static readonly string[] Tokens =
    [
        "NaN", "+Inf", "-inf", "1e5", "1e999", "0x1p-2", "1_000", ".5", "5.", "1e", "-", "+", "nan", "-nan", "Infinity", "1,5",
        "9223372036854775808",
        "1700000000000", "-5", "1.7e9", "\\d", "\\n", "\\\"", "\\\\", "\"", "\"\"", "{}", "{,}", ",,", "# ", "#", "# HELP ", "# TYPE ",
        "# UNIT ",
        "# EOF\n", "# EOF", "counter", "untyped", "unknown", "gauge ", " # {trace_id=\"a\"} 1", " # {} 1 2", "__name__=\"x\"", "le=\"\"",
        "\"q.name\"",
        "{\"q.name\"", "\"l.abel\"=\"v\"", "\n\n", "  ", "\t", "\r\n", "é", "日本",
    ];

    private static readonly string?[] ContentTypes =
    [
        "text/plain",
        "text/plain; version=0.0.4",
        "text/plain; version=0.0.4; charset=utf-8",
        "text/plain;version=1.0.0;escaping=allow-utf-8",
        "TEXT/PLAIN", "text/plain;", "text/plain; charset", "text/plain; a=1; a=2", "text/plain, text/plain", "text/html; charset=utf-8",
        "application/json",
        "application/openmetrics-text; version=1.0.0; charset=utf-8",
        "application/openmetrics-text",
        "plain",
        "text/",
        null,
        "application/octet-stream", "text/plain; charset=\"utf-8\"", "text/plain; charset=utf 8",
    ];

    private readonly Random _random = new(seed);

    public ExpositionInput Mutate(ExpositionInput input)
    {
        List<byte> body = [.. input.Body];
        int count = _random.Next(1, 4);
        for (int change = 0; change < count; change++) Change(body);
        string? type = _random.Next(12) == 0 ? ContentTypes[_random.Next(ContentTypes.Length)] : input.ContentType;
        return input with { Name = $"{input.Name} (mutated)", ContentType = type, Body = [.. body] };
    }

    private void Change(List<byte> body)
    {
        int at = _random.Next(body.Count + 1);
        switch (_random.Next(10))
        {
            case 0 or 1: body.InsertRange(at, Encoding.UTF8.GetBytes(Bytes[_random.Next(Bytes.Length)].ToString())); break;
            case 2 when at < body.Count: body.RemoveAt(at); break;
            case 3 when at < body.Count: body[at] = Encoding.UTF8.GetBytes(Bytes)[_random.Next(Bytes.Length)]; break;
            case 4 or 5: body.InsertRange(at, Encoding.UTF8.GetBytes(Tokens[_random.Next(Tokens.Length)])); break;
            case 6: MoveLine(body, keep: true); break;
            case 7: MoveLine(body, keep: false); break;
            case 8: ReplaceToken(body); break;
            case 9 when _random.Next(4) == 0: body.RemoveRange(at, body.Count - at); break;
            case 9 when at < body.Count: body[at] = (byte)_random.Next(1, 256); break;
            default: body.RemoveRange(at, Math.Min(_random.Next(1, 6), body.Count - at)); break;
        }
    }

    /// <summary>Puts a copy of a line elsewhere, or the line itself.</summary>
    private void MoveLine(List<byte> body, bool keep)
    {
        List<(int Start, int Length)> lines = LinesOf(body);
        if (lines.Count == 0) return;
        (int start, int length) = lines[_random.Next(lines.Count)];
        List<byte> line = body.GetRange(start, length);
        if (!keep) body.RemoveRange(start, length);
        lines = LinesOf(body);
        body.InsertRange(lines.Count == 0 ? 0 : lines[_random.Next(lines.Count)].Start, line);
    }

    private void ReplaceToken(List<byte> body)
    {
        List<int> blanks = [.. Enumerable.Range(0, body.Count).Where(at => body[at] is (byte)' ' or (byte)'\n')];
        if (blanks.Count < 2) return;
        int from = _random.Next(blanks.Count - 1);
        body.RemoveRange(blanks[from] + 1, blanks[from + 1] - blanks[from] - 1);
        body.InsertRange(blanks[from] + 1, Encoding.UTF8.GetBytes(Tokens[_random.Next(Tokens.Length)]));
    }

    private static List<(int Start, int Length)> LinesOf(List<byte> body)
    {
        var lines = new List<(int, int)>();
        for (int start = 0; start < body.Count;)
        {
            int end = body.IndexOf((byte)'\n', start);
            int length = (end < 0 ? body.Count : end + 1) - start;
            lines.Add((start, length));
            start += length;
        }

        return lines;
    }
}
