using System.Globalization;
using System.Text.RegularExpressions;

namespace RsolvDeploy.Configuration.Yaml;

/// <summary>Resolves plain scalars by section 10.3 of YAML 1.2: <c>yes</c> and <c>off</c> are text, <c>010</c> is ten.</summary>
internal static partial class CoreSchema
{
    public static ScalarKind Resolve(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => ScalarKind.Null,
        "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => ScalarKind.Boolean,
        _ when Integer().IsMatch(text) => ScalarKind.Integer,
        _ when Float().IsMatch(text) => ScalarKind.Float,
        _ => ScalarKind.Text,
    };

    public static bool? ParseBoolean(string text) =>
        Resolve(text) == ScalarKind.Boolean ? text is "true" or "True" or "TRUE" : null;

    /// <summary>The whole number; null when it is none or does not fit into 64 bits.</summary>
    public static long? ParseInteger(string text)
    {
        if (!Integer().IsMatch(text)) return null;
        try
        {
            if (text.StartsWith("0x", StringComparison.Ordinal)) return checked((long)Convert.ToUInt64(text[2..], 16));
            if (text.StartsWith("0o", StringComparison.Ordinal)) return checked((long)Convert.ToUInt64(text[2..], 8));
        }
        catch (OverflowException)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;
    }

    /// <summary>The finite number; null when it is none.</summary>
    public static double? ParseNumber(string text)
    {
        if (ParseInteger(text) is { } whole) return whole;
        if (!Float().IsMatch(text) && !Integer().IsMatch(text)) return null;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : null;
    }

    [GeneratedRegex(@"\A(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)\z", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Integer();

    [GeneratedRegex(
        @"\A(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\z",
        RegexOptions.None,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Float();
}
