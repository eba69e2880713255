using System.Globalization;
using System.Text;
using RsolvDeploy.Deployments.SignOff;

namespace RsolvDeploy.Core.Tests.Deployments;

/// <summary>The calendar of RFC 5545, read by a reader that follows its grammar.</summary>
public sealed class TaskCalendarTests
{
    private const int Seed = 20261128;

    private static readonly DateTimeOffset Now = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);
    private static readonly TargetIdentity Target = new("production", "prod", "app", "/rsolv.yaml");

    [Fact]
    public void Any_text_is_read_as_it_was_written_in_lines_of_at_most_75_octets()
    {
        var random = new Random(Seed);
        string[] parts =
        [
            "\\", ";", ",", "\n", "\r\n", ":", "\"", "n", "N", " ", "\t", "é", "漢", "😀", "a", "BEGIN:VEVENT", "\\n",
            "\u0085", "=", "^",
        ];
        for (var round = 0; round < 500; round++)
        {
            var title = string.Concat(Enumerable.Range(0, random.Next(200)).Select(_ => parts[random.Next(parts.Length)]));
            var text = TaskCalendar.Write([Task(title)], Now);
            var because = $"seed {Seed}, round {round}";
            foreach (var line in text.Split("\r\n"))
            {
                Assert.True(Encoding.UTF8.GetByteCount(line) <= 75, because);
                Assert.False(line.Contains('\n', StringComparison.Ordinal) || line.Contains('\r', StringComparison.Ordinal), because);
                // No character is cut: what is not UTF-16 would become a replacement character.
                Assert.DoesNotContain('\uFFFD', Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(line)));
            }

            var properties = Read(text);
            Assert.Equal(1, properties.Count(one => one is { Name: "BEGIN", Value: "VEVENT" }));
            var expected = string.Concat(title.ReplaceLineEndings("\n").Where(one => one is '\n' or '\t' || !char.IsControl(one)));
            Assert.True(Unescape(properties.Single(one => one.Name == "SUMMARY").Value) == $"{expected} (production)", because);
        }
    }

    [Fact]
    public void Every_task_is_an_event_at_its_due_date_with_a_stable_id()
    {
        var text = TaskCalendar.Write([Task("Write, then tell"), Task("Second") with { Id = "task.second" }], Now);
        Assert.EndsWith("END:VCALENDAR\r\n", text, StringComparison.Ordinal);
        var properties = Read(text);
        Assert.Equal(
            ["VCALENDAR", "VEVENT", "VALARM", "VEVENT", "VALARM"],
            properties.Where(one => one.Name == "BEGIN").Select(one => one.Value));
        Assert.Equal(
            ["task.docs.20261128-120000-abcdef.production@rsolvdeploy", "task.second.20261128-120000-abcdef.production@rsolvdeploy"],
            properties.Where(one => one.Name == "UID").Select(one => one.Value));
        Assert.All(properties.Where(one => one.Name == "DTSTART"), one => Assert.Equal("20261129T120000Z", one.Value));
        Assert.All(properties.Where(one => one.Name == "DTSTAMP"), one => Assert.Equal("20261128T120000Z", one.Value));
        Assert.Contains("Owner: docs team\n", Unescape(properties.First(one => one.Name == "DESCRIPTION").Value), StringComparison.Ordinal);
        Assert.Equal("Write, then tell (production)", Unescape(properties.First(one => one.Name == "SUMMARY").Value));
    }

    [Fact]
    public void No_task_is_an_empty_calendar() =>
        Assert.Equal(
            ["BEGIN", "VERSION", "PRODID", "CALSCALE", "METHOD", "END"], Read(TaskCalendar.Write([], Now)).Select(one => one.Name));

    private static RunTask Task(string title) =>
        new(Target, "20261128-120000-abcdef", "task.docs", title, Now.AddDays(1)) { Owner = "docs team", Image = "app@sha256:1" };

    // contentline = name ":" value CRLF; a line that begins with a space continues the one before.
    private static List<(string Name, string Value)> Read(string text)
    {
        Assert.EndsWith("\r\n", text, StringComparison.Ordinal);
        return text.Replace("\r\n ", "", StringComparison.Ordinal)
            .Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(':', 2))
            .Select(parts => (parts[0], parts[1]))
            .ToList();
    }

    // ESCAPED-CHAR = "\\" / "\;" / "\," / "\N" / "\n"; a bare separator would be another value.
    private static string Unescape(string value)
    {
        var text = new StringBuilder();
        for (var index = 0; index < value.Length; index++)
        {
            Assert.False(value[index] is ';' or ',', string.Create(CultureInfo.InvariantCulture, $"a bare {value[index]} at {index}"));
            if (value[index] != '\\')
            {
                text.Append(value[index]);
                continue;
            }

            index++;
            text.Append(value[index] switch
            {
                'n' or 'N' => '\n',
                '\\' or ';' or ',' => value[index],
                var other => throw new FormatException($"\\{other} is no escape"),
            });
        }

        return text.ToString();
    }
}
