using System.Globalization;

namespace RsolvDeploy.Configuration.Schema;

/// <summary>The forms of text of the rules of a deployment.</summary>
internal static class PolicyFormats
{
    /// <summary>The names of the days, in the order of <see cref="System.DayOfWeek"/>.</summary>
    public static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    public static readonly TextFormat DayOfWeek = new(
        "day of the week", "mon, tue, wed, thu, fri, sat or sun", "^(mon|tue|wed|thu|fri|sat|sun)$", "fri");

    public static readonly TextFormat TimeOfDay = new(
        "time of day", "a time of day from 00:00 to 24:00", "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", "15:00")
    {
        Convert = (text, _) => new TimeSpan(Number(text[..2]), Number(text[3..]), 0),
    };

    public static readonly TextFormat Date = new("date", "a date, year-month-day", "^[0-9]{4}-(0[1-9]|1[0-2])-[0-3][0-9]$", "2026-12-20")
    {
        Convert = (text, _) =>
            DateTime.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null,
    };

    public static readonly TextFormat TimeZone = new(
        "time zone", "an IANA time zone such as Europe/Berlin, or UTC", "^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$", "Europe/Berlin")
    {
        Convert = (text, _) => TimeZoneInfo.TryFindSystemTimeZoneById(text, out TimeZoneInfo? _) ? text : null,
    };

    public static readonly TextFormat FailureAction = Action("rollback or stop", "^(rollback|stop)$");

    public static readonly TextFormat RiskAction = Action("continue or stop", "^(continue|stop)$");

    public static readonly TextFormat AnyAction = Action("continue, rollback or stop", "^(continue|rollback|stop)$");

    private static TextFormat Action(string names, string pattern) => new(names, names, pattern, "stop")
    {
        Convert = (text, _) => Enum.Parse<PolicyAction>(text, ignoreCase: true),
    };

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);
}
