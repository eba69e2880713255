using System.Globalization;
using System.Text.RegularExpressions;

namespace RsolvDeploy.Configuration.Values;

/// <summary>Sizes as they are written: <c>1GB</c> is 10⁹ bytes, <c>500MiB</c> is 500 · 2²⁰.</summary>
internal static partial class ByteSize
{
    public const string Pattern = @"^[0-9]{1,6}(\.[0-9]{1,3})?(B|kB|MB|GB|TB|KiB|MiB|GiB|TiB)$";

    public static long? Parse(string text)
    {
        var match = Shape().Match(text);
        if (!match.Success || text.EndsWith('\n')) return null;
        var unit = match.Groups["unit"].Value;
        var number = decimal.Parse(text.AsSpan(0, text.Length - unit.Length), CultureInfo.InvariantCulture);
        return (long)(number * (unit switch
        {
            "kB" => 1_000L,
            "MB" => 1_000_000L,
            "GB" => 1_000_000_000L,
            "TB" => 1_000_000_000_000L,
            "KiB" => 1L << 10,
            "MiB" => 1L << 20,
            "GiB" => 1L << 30,
            "TiB" => 1L << 40,
            _ => 1L,
        }));
    }

    [GeneratedRegex(
        @"^[0-9]{1,6}(?:\.[0-9]{1,3})?(?<unit>B|kB|MB|GB|TB|KiB|MiB|GiB|TiB)$", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Shape();
}
