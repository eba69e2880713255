using System.Diagnostics;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Core.Tests.Rollouts;

/// <summary>No configured pattern and no log line can end a step.</summary>
public class LogPatternTests
{
    private static readonly string Long = new string('a', 5000) + "!";

    [Fact]
    public void A_pattern_that_explodes_by_backtracking_runs_in_linear_time()
    {
        var started = Stopwatch.GetTimestamp();
        Assert.False(LogPattern.Create("^(a+)+$").Matches(Long));
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void A_pattern_that_needs_backtracking_is_undecided_when_it_takes_too_long() =>
        Assert.Null(LogPattern.Create(@"^(a+)+(?<!b)$").Matches(Long));

    [Theory]
    [InlineData("(?i)promex", "Elixir.PROMEX started", true)]
    [InlineData(@"\[error\]", "12:00 [info] fine", false)]
    [InlineData(@"(?<!no )error", "no error", false)]
    [InlineData(@"(?<!no )error", "an error", true)]
    public void A_line_matches_as_with_any_regular_expression(string pattern, string line, bool matches) =>
        Assert.Equal(matches, LogPattern.Create(pattern).Matches(line));
}
