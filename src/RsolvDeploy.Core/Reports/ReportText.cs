using System.Globalization;

namespace RsolvDeploy.Reports;

/// <summary>Times, sizes and numbers as a report shows them.</summary>
internal static class ReportText
{
    private const int ShownDigits = 12;

    /// <summary>A time: <c>850 ms</c>, <c>12.3 s</c>, <c>4 min 10 s</c>, <c>1 h 5 min</c>.</summary>
    public static string Duration(double seconds) => seconds switch
    {
        0 => "0 s",
        < 1 => Invariant($"{Math.Round(1000 * seconds)} ms"),
        < 60 => Invariant($"{Math.Round(seconds, 1)} s"),
        < 3600 => Invariant($"{Math.Floor(seconds / 60)} min{Rest(seconds % 60, "s")}"),
        _ => Invariant($"{Math.Floor(seconds / 3600)} h{Rest(Math.Floor(seconds % 3600 / 60), "min")}"),
    };

    /// <summary>An estimate: <c>estimated 7 to 15 min</c>, or the median of the last runs.</summary>
    public static string Estimate(ReportEstimate estimate) => estimate.Runs == 0
        ? estimate.Usual == estimate.Long
            ? $"{Duration(estimate.Usual)} by the checklist"
            : $"{Duration(estimate.Usual)} to {Duration(estimate.Long)} by the checklist"
        : $"{Duration(estimate.Usual)} median, {Duration(estimate.Long)} p90 of {estimate.Runs} runs";

    /// <summary>A size: <c>12.4 MB</c>.</summary>
    public static string Bytes(double bytes) => bytes switch
    {
        < 1000 => Invariant($"{bytes} B"),
        < 1e6 => Invariant($"{Math.Round(bytes / 1e3, 1)} kB"),
        < 1e9 => Invariant($"{Math.Round(bytes / 1e6, 1)} MB"),
        _ => Invariant($"{Math.Round(bytes / 1e9, 2)} GB"),
    };

    /// <summary>A value with its unit: <c>312 MB</c>, <c>39 ms</c>.</summary>
    public static string Measured(double value, string unit) => unit == "bytes" ? Bytes(value) : $"{Number(value)} {unit}";

    /// <summary>An image with the first twelve digits of its digest.</summary>
    public static string Image(string image) =>
        image.LastIndexOf("@sha256:", StringComparison.Ordinal) is >= 0 and var at && image.Length > at + 8 + ShownDigits
            ? $"{image[..(at + 8 + ShownDigits)]}…"
            : image;

    /// <summary>A number with at most four decimals.</summary>
    public static string Number(double value) => Math.Round(value, 4).ToString(CultureInfo.InvariantCulture);

    /// <summary>A time of day, UTC.</summary>
    public static string Utc(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A text that fits.</summary>
    public static string Shorten(string text, int most) => text.Length <= most ? text : $"{text[..(most - 1)]}…";

    private static string Rest(double rest, string unit) => Math.Floor(rest) > 0 ? Invariant($" {Math.Floor(rest)} {unit}") : "";

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
