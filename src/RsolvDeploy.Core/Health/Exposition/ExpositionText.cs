using System.Buffers;
using System.Globalization;
using System.Text;

namespace RsolvDeploy.Health.Exposition;

/// <summary>The lexical rules that names, label values and help texts share.</summary>
internal static class ExpositionText
{
    /// <summary>Bytes of a metric name; the first must not be a digit.</summary>
    public static readonly SearchValues<byte> NameBytes =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:"u8);

    /// <summary>Bytes of a label name; the first must not be a digit.</summary>
    public static readonly SearchValues<byte> LabelBytes =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"u8);

    private const int ShownBytes = 40;
    private const int QuotedBytes = 120;

    public static bool IsDigit(byte value) => value is >= (byte)'0' and <= (byte)'9';

    public static bool IsBlank(byte value) => value is (byte)' ' or (byte)'\t';

    public static int SkipBlanks(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && IsBlank(text[at])) at++;
        return at;
    }

    /// <summary>The bytes up to the next blank.</summary>
    public static ReadOnlySpan<byte> Token(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOfAny((byte)' ', (byte)'\t');
        return end < 0 ? text : text[..end];
    }

    /// <summary>Undoes <c>\\</c>, <c>\n</c> and <c>\"</c>. Another escape stays as it is, as Prometheus reads it.</summary>
    public static string Unescape(ReadOnlySpan<byte> text)
    {
        if (text.IndexOf((byte)'\\') < 0) return Encoding.UTF8.GetString(text);

        byte[] plain = new byte[text.Length];
        int length = 0;
        for (int at = 0; at < text.Length; at++)
        {
            byte next = text[at];
            if (next == '\\' && at + 1 < text.Length && text[at + 1] is (byte)'\\' or (byte)'n' or (byte)'"')
            {
                next = text[++at];
                if (next == 'n') next = (byte)'\n';
            }

            plain[length++] = next;
        }

        return Encoding.UTF8.GetString(plain.AsSpan(0, length));
    }

    /// <summary>A few bytes of the input for an error message: printable, and never long.</summary>
    public static string Show(ReadOnlySpan<byte> text) => Show(text, ShownBytes);

    /// <summary>A line of the input for a warning: printable, and cut where it is long.</summary>
    public static string Quote(ReadOnlySpan<byte> line) => Show(line, QuotedBytes);

    private static string Show(ReadOnlySpan<byte> text, int most)
    {
        string decoded = Encoding.UTF8.GetString(text.Length > most ? text[..most] : text);
        var shown = new StringBuilder("'");
        foreach (char next in decoded)
        {
            if (char.IsControl(next) || char.IsSurrogate(next)) shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)next:x4}");
            else shown.Append(next);
        }

        return shown.Append(text.Length > most ? "…'" : "'").ToString();
    }
}
