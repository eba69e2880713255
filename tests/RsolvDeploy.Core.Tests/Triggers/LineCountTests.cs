using RsolvDeploy.Checks;
using RsolvDeploy.Core.Tests.Images;
using RsolvDeploy.Triggers;

namespace RsolvDeploy.Core.Tests.Triggers;

/// <summary>How many matching lines fire the trigger, and what a pattern cannot break.</summary>
public class LineCountTests
{
    private readonly List<string> _fired = [];

    [Fact]
    public async Task It_fires_once_when_enough_lines_match_and_shows_the_last()
    {
        var count = new LineCount(new LogTrigger("refused", 2, TimeSpan.FromMinutes(1)), new RecordingReporter());
        foreach (var line in new[] { "connection refused 1", "fine", "connection refused 2", "connection refused 3" })
            await count.AddAsync("app-1", line, FireAsync);
        Assert.Contains("app-1: connection refused 2", Assert.Single(_fired), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_takes_too_long_is_not_counted_and_warned_of_once()
    {
        var reporter = new RecordingReporter();
        var count = new LineCount(new LogTrigger(@"^(a+)+(?<!b)$", 1, TimeSpan.FromMinutes(1)), reporter);
        for (var times = 0; times < 2; times++) await count.AddAsync("app-1", new string('a', 5000) + "!", FireAsync);
        Assert.Empty(_fired);
        Assert.Contains("app-1", Assert.Single(reporter.Lines), StringComparison.Ordinal);
        await count.AddAsync("app-1", "aaa", FireAsync);
        Assert.Single(_fired);
    }

    private Task FireAsync(CheckOutcome outcome)
    {
        _fired.Add(outcome.Evidence);
        return Task.CompletedTask;
    }
}
