using Microsoft.Extensions.Time.Testing;
using RsolvDeploy.Reporting;
using RsolvDeploy.Reporting.Live;

namespace RsolvDeploy.Core.Tests.LiveViews;

/// <summary>The live view fits its terminal, shows every column for which there is room, and pods that fail before others.</summary>
public class LiveViewTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(40, "STATE AGE")]
    [InlineData(60, "REV STATE READY RESTARTS AGE")]
    [InlineData(80, "REV STATE READY RESTARTS AGE")]
    [InlineData(120, "REV STATE READY RESTARTS AGE")]
    [InlineData(200, "REV STATE READY RESTARTS AGE REASON")]
    public void No_line_is_wider_than_the_terminal_and_the_table_is_never_cut(int width, string columns)
    {
        var screens = new RecordedLiveRun(width, 36).Play();
        Assert.All(screens.SelectMany(screen => screen.Lines), line => Assert.InRange(line.Length, 1, width - 1));
        var crash = screens[3].Lines;
        Assert.Equal(columns.Split(' '), crash[2].Split('[')[1].TrimEnd(']').Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("x7k2p", crash[3], StringComparison.Ordinal);
        Assert.All(
            crash.Where(line => line.Contains("lq8zd", StringComparison.Ordinal) || line.Contains("x7k2p", StringComparison.Ordinal)),
            line => Assert.DoesNotContain("…]", line.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal));
        var reason = crash.Single(line => line.Contains("Container rsolv", StringComparison.Ordinal));
        Assert.Equal(width < 200, reason.Contains("reason [", StringComparison.Ordinal));
        Assert.Contains(crash, line => line.Contains("log [** (Runt", StringComparison.Ordinal));
    }

    [Fact]
    public void Ages_and_times_go_on_while_nothing_changes()
    {
        var screens = new RecordedLiveRun(80, 36).Play();
        Assert.Contains(" 1         23s", screens[3].Lines[3], StringComparison.Ordinal);
        Assert.Contains(" 4         94s", screens[4].Lines[3], StringComparison.Ordinal);
        Assert.Contains("Update, 0:01:36, estimated 7 to 15 min", screens[4].Lines[0], StringComparison.Ordinal);
        Assert.Empty(screens[^1].Lines);
    }

    [Theory]
    [InlineData(24)]
    [InlineData(40)]
    [InlineData(120)]
    public void Of_many_pods_those_that_fail_are_shown_and_the_rest_is_counted(int height)
    {
        var pods = Enumerable.Range(0, 50).Select(at => new PodState($"web-{at:00}", "Running", at != 37, 0, null, null)
        {
            Created = Now,
            Reason = at == 37 ? "the image cannot be pulled" : null,
        }).ToList();
        var screen = Screen(new ViewSize(80, height), view => view.Show(new PodsUpdate("Rolling out", pods)));
        Assert.InRange(screen.Count, 2, Math.Max(5, height / 3));
        Assert.Contains(screen, line => line.StartsWith("web-37", StringComparison.Ordinal));
        var shown = screen.Count(line => line.StartsWith("web-", StringComparison.Ordinal));
        Assert.StartsWith($"{50 - shown} more [{50 - shown} ready", screen[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_line_or_a_name_cannot_move_the_cursor()
    {
        var pod = new PodState("web\u001b[2J", "Error\r\n", false, 1, null, null) { Reason = "\u001b]0;title\a" };
        var screen = Screen(ViewSize.Default, view =>
        {
            view.Show(new PodsUpdate("Rolling out", [pod]));
            view.Show(new LogUpdate(pod.Name, ["\u001b[31mred"]));
        });
        Assert.DoesNotContain(string.Concat(screen), char.IsControl);
    }

    [Fact]
    public void Pods_of_two_workloads_stand_beside_each_other_until_their_rollout_ends()
    {
        var screen = Screen(ViewSize.Default, view =>
        {
            foreach (var name in new[] { "web", "worker" })
            {
                view.Show(new ProgressUpdate($"Rolling out {name}", "0 of 1 ready"));
                view.Show(new PodsUpdate($"Rolling out {name}", [new PodState($"{name}-1", "Running", true, 0, null, null)]));
            }

            view.Show(new ProgressUpdate("Rolling out web", "complete", 100, Completed: true));
        });
        Assert.Equal(
            ["POD", "Rolling", "worker-1"], screen.Select(line => line.Split(' ')[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_row_changes_at_most_five_times_a_second_and_its_end_is_always_shown()
    {
        var clock = new FakeTimeProvider(Now);
        var rows = new List<LiveRow>();
        var view = new LiveView(rows.Add, clock);
        for (var step = 0; step < 1000; step++)
        {
            view.Show(new ProgressUpdate("Pushing", $"{step} of 1000"));
            clock.Advance(TimeSpan.FromMilliseconds(2));
        }

        Assert.InRange(rows.Count, 9, 10);
        view.Show(new ProgressUpdate("Pushing", "1000 of 1000", 100, Completed: true));
        Assert.True(rows[^1].Completed);
    }

    // As kubectl shows them: k8s.io/apimachinery, duration.HumanDuration.
    [Theory]
    [InlineData(-5, "0s")]
    [InlineData(0, "0s")]
    [InlineData(119, "119s")]
    [InlineData(120, "2m")]
    [InlineData(185, "3m5s")]
    [InlineData(600, "10m")]
    [InlineData(10_799, "179m")]
    [InlineData(10_800, "3h")]
    [InlineData(19_200, "5h20m")]
    [InlineData(28_800, "8h")]
    [InlineData(172_799, "47h")]
    [InlineData(183_600, "2d3h")]
    [InlineData(691_200, "8d")]
    [InlineData(1_036_800, "12d")]
    public void An_age_is_that_of_kubectl(int seconds, string text) => Assert.Equal(text, Age.Describe(TimeSpan.FromSeconds(seconds)));

    private static IReadOnlyList<string> Screen(ViewSize size, Action<LiveView> show)
    {
        var screen = new MinimalView(size.Width);
        var clock = new FakeTimeProvider(Now);
        var view = new LiveView(screen.Show, clock) { Size = size };
        show(view);
        clock.Advance(TimeSpan.FromSeconds(1)); // what changed within the interval
        return screen.Lines;
    }
}
