using System.Buffers;
using System.Globalization;

namespace RsolvDeploy.Health.Exposition;

/// <summary>Reads sample values and timestamps.</summary>
internal static class ExpositionNumber
{
    /// <summary>A mantissa below 2^53 divided by a power of ten up to 10^22 is correctly rounded: both are exact as doubles.</summary>
    private const int ExactDigits = 15;

    private static readonly double[] PowersOfTen =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    private static readonly SearchValues<byte> DecimalBytes = SearchValues.Create("0123456789+-.eE"u8);

    /// <summary>
    /// Reads a decimal number, <c>NaN</c> or <c>±Inf</c>. A number that no double can hold is refused, as Prometheus does.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> token, out double value)
    {
        if (TryReadShort(token, out value)) return true;
        if (token.IsEmpty) return false;

        if (!token.ContainsAnyExcept(DecimalBytes))
        {
            const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
            return double.TryParse(token, Styles, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
        }

        return TryReadSpecial(token, out value);
    }

    /// <summary>Reads a whole number of milliseconds. Prometheus takes no sign.</summary>
    public static bool TryReadMilliseconds(ReadOnlySpan<byte> token, out long value) =>
        long.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static bool TryReadShort(ReadOnlySpan<byte> token, out double value)
    {
        value = 0;
        if (token.Length is 0 or > ExactDigits) return false;

        long mantissa = 0;
        int point = -1;
        for (int at = 0; at < token.Length; at++)
        {
            int digit = token[at] - '0';
            if ((uint)digit <= 9) mantissa = (mantissa * 10) + digit;
            else if (token[at] == '.' && point < 0) point = at;
            else return false;
        }

        if (point >= 0 && token.Length == 1) return false;
        value = point < 0 ? mantissa : mantissa / PowersOfTen[token.Length - point - 1];
        return true;
    }

    private static bool TryReadSpecial(ReadOnlySpan<byte> token, out double value)
    {
        bool negative = token[0] == '-';
        ReadOnlySpan<byte> word = token[0] is (byte)'-' or (byte)'+' ? token[1..] : token;
        if (EqualsIgnoreCase(word, "inf"u8) || EqualsIgnoreCase(word, "infinity"u8))
        {
            value = negative ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }

        value = double.NaN;
        return word.Length == token.Length && EqualsIgnoreCase(word, "nan"u8);
    }

    private static bool EqualsIgnoreCase(ReadOnlySpan<byte> word, ReadOnlySpan<byte> lower) =>
        System.Text.Ascii.EqualsIgnoreCase(word, lower);
}
