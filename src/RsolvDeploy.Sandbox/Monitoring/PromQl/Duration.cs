using System.Globalization;

namespace RsolvDeploy.Sandbox.Monitoring.PromQl;

/// <summary>Parses durations.</summary>
internal static class Duration
{
    /// <summary>A duration as <c>1h30m</c>, in milliseconds.</summary>
    public static long Parse(string text, int position)
    {
        long total = 0;
        int at = 0;
        while (at < text.Length)
        {
            int digits = at;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
                at++;
            int unit = at;
            while (at < text.Length && char.IsAsciiLetter(text[at]))
                at++;
            if (!long.TryParse(text[digits..unit], NumberStyles.None, CultureInfo.InvariantCulture, out long count))
                throw PromQlException.Parse(position, $"bad number or duration syntax: \"{text}\"");
            total += count * text[unit..at] switch
            {
                "ms" => 1L,
                "s" => 1000,
                "m" => 60_000,
                "h" => 3_600_000,
                "d" => 86_400_000,
                "w" => 604_800_000,
                "y" => 31_536_000_000,
                _ => throw PromQlException.Parse(position, $"bad number or duration syntax: \"{text}\""),
            };
        }

        return total;
    }
}
