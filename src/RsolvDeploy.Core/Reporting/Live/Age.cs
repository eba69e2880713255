using System.Globalization;

namespace RsolvDeploy.Reporting.Live;

/// <summary>How long something exists, as kubectl shows it: two units at most, seconds only while they matter.</summary>
internal static class Age
{
    /// <summary>The age: <c>45s</c>, <c>3m5s</c>, <c>15m</c>, <c>5h20m</c>, <c>12d</c>; a clock that is behind shows <c>0s</c>.</summary>
    /// <param name="age">The time since it was created.</param>
    public static string Describe(TimeSpan age)
    {
        if (age < TimeSpan.Zero) return "0s";
        if (age < TimeSpan.FromMinutes(2)) return Text(age.TotalSeconds, "s");
        if (age < TimeSpan.FromMinutes(10)) return Text(age.TotalMinutes, "m", age.Seconds, "s");
        if (age < TimeSpan.FromHours(3)) return Text(age.TotalMinutes, "m");
        if (age < TimeSpan.FromHours(8)) return Text(age.TotalHours, "h", age.Minutes, "m");
        if (age < TimeSpan.FromDays(2)) return Text(age.TotalHours, "h");
        return age < TimeSpan.FromDays(8) ? Text(age.TotalDays, "d", age.Hours, "h") : Text(age.TotalDays, "d");
    }

    private static string Text(double number, string unit, int rest = 0, string restUnit = "") =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)number}{unit}") + (rest > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{rest}{restUnit}")
            : "");
}
