using System.Globalization;
using System.Text;

namespace RsolvDeploy.Deployments.SignOff;

/// <summary>Writes tasks as a calendar, RFC 5545. Each is an event at its due date, because few calendars import to-dos.</summary>
internal static class TaskCalendar
{
    private const int MostOctets = 75;
    private const string Break = "\r\n";

    /// <summary>The calendar.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="now">The time now.</param>
    public static string Write(IEnumerable<RunTask> tasks, DateTimeOffset now)
    {
        var text = new StringBuilder();
        foreach (var line in Lines(tasks, now)) Fold(text, line);
        return text.ToString();
    }

    /// <summary>A text as the value of a property.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 8);
        foreach (var one in text.ReplaceLineEndings("\n"))
        {
            _ = one switch
            {
                '\\' or ';' or ',' => escaped.Append('\\').Append(one),
                '\n' => escaped.Append("\\n"),
                '\t' => escaped.Append(one),
                _ => char.IsControl(one) ? escaped : escaped.Append(one),
            };
        }

        return escaped.ToString();
    }

    private static IEnumerable<string> Lines(IEnumerable<RunTask> tasks, DateTimeOffset now) =>
    [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//RSOLV//RsolvDeploy//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        .. tasks.SelectMany(task => Lines(task, now)),
        "END:VCALENDAR",
    ];

    private static string[] Lines(RunTask task, DateTimeOffset now) =>
    [
        "BEGIN:VEVENT",
        $"UID:{Escape($"{task.Id}.{task.RunId}.{task.Target.Name}@rsolvdeploy")}",
        $"DTSTAMP:{Utc(now)}",
        $"DTSTART:{Utc(task.Due)}",
        "DURATION:PT30M",
        $"SUMMARY:{Escape($"{task.Title} ({task.Target.Name})")}",
        $"DESCRIPTION:{Escape(Describe(task))}",
        "CATEGORIES:RsolvDeploy",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        $"DESCRIPTION:{Escape(task.Title)}",
        "TRIGGER:-PT1H",
        "END:VALARM",
        "END:VEVENT",
    ];

    private static string Describe(RunTask task) =>
        $"{(task.Owner.Length > 0 ? $"Owner: {task.Owner}\n" : "")}Image: {task.Image}\nRun: {task.RunId}\n"
            + $"Approve-RsolvCheck {task.Target.Name} -RunId {task.RunId} -Id {task.Id}";

    private static string Utc(DateTimeOffset time) => time.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    // A line has at most 75 octets without its break, and no character is cut; a line that continues begins with a space.
    private static void Fold(StringBuilder text, string line)
    {
        var octets = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > MostOctets)
            {
                text.Append(Break).Append(' ');
                octets = 1;
            }

            text.Append(rune.ToString());
            octets += rune.Utf8SequenceLength;
        }

        text.Append(Break);
    }
}
