using System.Globalization;
using RsolvDeploy.Configuration;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Core.Tests.Updates;

/// <summary>Freeze windows are those of a clock on the wall, in their time zone, also when it is set forward or back.</summary>
public class FreezeCalendarTests
{
    private static readonly FreezeCalendar Calendar = new(new FreezeSettings
    {
        TimeZone = "Europe/Berlin",
        Windows =
        [
            new FreezeWindow("weekend") { Days = [DayOfWeek.Friday], From = TimeSpan.FromHours(15), To = TimeSpan.FromHours(24) },
            new FreezeWindow("night") { Days = [DayOfWeek.Monday], From = TimeSpan.FromHours(22), To = TimeSpan.FromHours(6) },
            new FreezeWindow("holidays") { Start = new DateTime(2026, 12, 24), End = new DateTime(2027, 1, 1) },
            new FreezeWindow("clock change")
            {
                Start = new DateTime(2026, 10, 25),
                End = new DateTime(2026, 10, 25),
                From = TimeSpan.FromHours(2),
                To = TimeSpan.FromHours(3),
            },
        ],
    });

    [Theory]
    [InlineData("2026-11-27T13:59:00Z", null)] // Friday 14:59 in Berlin
    [InlineData("2026-11-27T14:00:00Z", "weekend")]
    [InlineData("2026-11-27T22:59:59Z", "weekend")]
    [InlineData("2026-11-27T23:00:00Z", null)]
    [InlineData("2026-07-03T13:00:00Z", "weekend")] // summer time
    [InlineData("2026-11-30T21:00:00Z", "night")]
    [InlineData("2026-12-01T04:59:00Z", "night")] // Tuesday 05:59, begun on Monday
    [InlineData("2026-12-01T05:00:00Z", null)]
    [InlineData("2026-12-01T21:30:00Z", null)] // Tuesday night is free
    [InlineData("2026-12-23T22:59:00Z", null)]
    [InlineData("2026-12-23T23:00:00Z", "holidays")]
    [InlineData("2027-01-01T10:00:00Z", "holidays")]
    [InlineData("2027-01-01T23:00:00Z", null)] // Saturday
    [InlineData("2026-10-25T00:30:00Z", "clock change")] // 02:30 for the first time
    [InlineData("2026-10-25T01:30:00Z", "clock change")] // 02:30 for the second time
    public void The_window_of_a_time_is_found(string at, string? expected) => Assert.Equal(expected, Calendar.Find(At(at))?.Name);

    [Fact]
    public void The_end_of_a_freeze_is_the_first_free_minute_in_its_time_zone()
    {
        Assert.Equal(At("2026-11-27T23:00:00Z"), Calendar.EndAfter(At("2026-11-27T14:00:30Z")));
        Assert.Equal(TimeSpan.FromHours(1), Calendar.EndAfter(At("2026-11-27T14:00:30Z"))!.Value.Offset);
        Assert.Null(new FreezeCalendar(new FreezeSettings { Windows = [new FreezeWindow("always")] }).EndAfter(At("2026-11-27T14:00:00Z")));
    }

    [Fact]
    public void The_rules_are_read_from_the_configuration()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("rsolv-policy-").FullName, "rsolv.yaml");
        File.WriteAllText(file, """
            version: 1
            targets:
              production:
                namespace: ns
                deployment: app
                environment: production
                policy:
                  twoPersonRule: true
                  onFailure: stop
                  onRisks: continue
                  onInconclusive: rollback
                  freeze:
                    timeZone: Europe/Berlin
                    windows:
                      - { name: weekend, days: [fri, sat], from: '15:00', to: '24:00' }
                      - { name: holidays, start: '2026-12-24', end: '2027-01-01' }
            """);
        var policy = ConfigurationFile.Load(file).GetTarget("production").Policy;
        Assert.Equal(
            (true, PolicyAction.Stop, PolicyAction.Continue, PolicyAction.RollBack),
            (policy.TwoPersonRule, policy.OnFailure, policy.OnRisks, policy.OnInconclusive));
        Assert.Equal([DayOfWeek.Friday, DayOfWeek.Saturday], policy.Freeze.Windows[0].Days);
        Assert.Equal((TimeSpan.FromHours(15), TimeSpan.FromHours(24)), (policy.Freeze.Windows[0].From, policy.Freeze.Windows[0].To));
        Assert.Equal(new DateTime(2027, 1, 1), policy.Freeze.Windows[1].End);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
