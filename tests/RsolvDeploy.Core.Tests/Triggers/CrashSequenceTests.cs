using k8s.Models;
using Microsoft.Extensions.Time.Testing;
using RsolvDeploy.Triggers;

namespace RsolvDeploy.Core.Tests.Triggers;

/// <summary>When the crashes of a container are a crash loop that lasts too long.</summary>
public class CrashSequenceTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private readonly FakeTimeProvider _clock = new();
    private readonly CrashSequence _crashes;

    public CrashSequenceTests() => _crashes = new CrashSequence(Longest, _clock);

    [Fact]
    public void Crashes_count_from_the_first_repeated_one_although_the_container_is_up_for_a_moment_between_them()
    {
        Crash(0, run: 0);
        Run(1, 1);
        Crash(1, run: 0);
        Wait(4);
        Assert.False(_crashes.IsOverdue);
        Run(2, 0.5);
        Crash(2, run: 0);
        Wait(1);
        Assert.True(_crashes.IsOverdue);
    }

    [Fact]
    public void One_crash_is_no_loop()
    {
        Run(0, 1);
        Crash(0, run: 1);
        Wait(60);
        Assert.False(_crashes.IsOverdue);
    }

    [Fact]
    public void A_loop_that_was_under_way_before_is_seen_at_once_and_an_old_restart_is_none()
    {
        Run(7, 60);
        Assert.Null(_crashes.Since);
        var other = new CrashSequence(Longest, _clock);
        other.Observe(Ended(7, 0), hasToEnd: false);
        Assert.NotNull(other.Since);
    }

    [Fact]
    public void A_container_that_stays_up_after_two_crashes_is_not_overdue()
    {
        Crash(0, run: 0);
        Run(1, 0.5);
        Crash(1, run: 0);
        Wait(1);
        Run(2, 60);
        Assert.False(_crashes.IsOverdue);
        // One more crash much later is the first of another sequence.
        Crash(2, run: 60);
        Wait(60);
        Assert.False(_crashes.IsOverdue);
    }

    [Fact]
    public void A_run_as_long_as_those_that_crashed_proves_nothing()
    {
        Crash(0, run: 20);
        Run(1, 20);
        Crash(1, run: 20);
        Run(2, 6);
        Assert.True(_crashes.IsOverdue);
        Wait(20);
        Assert.False(_crashes.IsOverdue);
    }

    [Fact]
    public void Two_crashes_days_apart_are_no_loop()
    {
        Run(0, 1);
        Crash(0, run: 100_000);
        Run(1, 100_000);
        Crash(1, run: 100_000);
        Wait(60);
        Assert.False(_crashes.IsOverdue);
    }

    [Fact]
    public void Ends_that_were_reported_together_all_count()
    {
        Run(0, 1);
        Run(2, 0.1);
        Crash(2, run: 0);
        Wait(6);
        Assert.True(_crashes.IsOverdue);
    }

    [Fact]
    public void An_init_container_that_ends_has_not_crashed()
    {
        for (var restarts = 0; restarts < 3; restarts++)
            _crashes.Observe(Ended(restarts, 0, exitCode: 0), hasToEnd: true);
        Wait(60);
        Assert.False(_crashes.IsOverdue);
    }

    private void Run(int restarts, double seconds)
    {
        _crashes.Observe(
            new V1ContainerStatus
            {
                RestartCount = restarts,
                State = new V1ContainerState { Running = new V1ContainerStateRunning() },
                LastState = restarts > 0 ? Ended(restarts - 1, 0).State : null,
            },
            hasToEnd: false);
        Wait(seconds);
    }

    private void Crash(int restarts, double run) => _crashes.Observe(Ended(restarts, run), hasToEnd: false);

    private void Wait(double seconds) => _clock.Advance(TimeSpan.FromSeconds(seconds));

    private static V1ContainerStatus Ended(int restarts, double run, int exitCode = 1)
    {
        var started = new DateTime(2026, 11, 28, 10, 0, 0, DateTimeKind.Utc);
        return new V1ContainerStatus
        {
            RestartCount = restarts,
            State = new V1ContainerState
            {
                Terminated = new V1ContainerStateTerminated
                {
                    ExitCode = exitCode,
                    StartedAt = started,
                    FinishedAt = started.AddSeconds(run),
                },
            },
        };
    }
}
