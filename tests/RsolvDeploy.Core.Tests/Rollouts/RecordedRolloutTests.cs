using RsolvDeploy.Cluster;
using RsolvDeploy.Core.Tests.Recordings;
using RsolvDeploy.Rollouts;

namespace RsolvDeploy.Core.Tests.Rollouts;

/// <summary>The verdicts, held against what a real cluster streamed.</summary>
public class RecordedRolloutTests
{
    /// <summary>Scenario, the cause that fails it, and the milliseconds within which it has to be named.</summary>
    public static TheoryData<string, string, int, int?> Fatal => new()
    {
        { "rollout-crashloop", "CrashLoop", 3200, 1 },
        { "rollout-image-not-found", "ImageNotFound", 1500, null },
        { "rollout-missing-secret-key", "ConfigError", 2000, null },
        { "rollout-progress-deadline", "CrashLoop", 4000, 1 },
    };

    /// <summary>Scenario, the cause that is named although it may pass, and the milliseconds within which.</summary>
    public static TheoryData<string, string, int> Named => new()
    {
        { "rollout-probe-fails", "ProbeFailing", 4000 },
        { "rollout-unschedulable", "Unschedulable", 1000 },
    };

    [Fact]
    public void A_good_rollout_is_complete_when_the_last_old_pod_has_ended_and_not_before()
    {
        var recording = Recording.Load("rollout-good");
        var verdicts = Recording.Evaluate(recording.Update).ToList();
        Assert.DoesNotContain(verdicts, one => one.Verdict.Phase == RolloutPhase.Failed);
        var (first, verdict) = verdicts.First(one => one.Verdict.Phase == RolloutPhase.Complete);
        Assert.InRange(first.Milliseconds, recording.At("deployment complete"), verdicts[^1].Event.Milliseconds);
        Assert.Equal((3, 3, 0, 10L), (verdict.Desired, verdict.Ready, verdict.Old, verdict.Revision));
        Assert.Equal(3, verdict.Pods.Count);
        Assert.Equal(RolloutPhase.Complete, verdicts[^1].Verdict.Phase);
    }

    [Theory]
    [MemberData(nameof(Fatal))]
    public void A_rollout_that_cannot_succeed_fails_within_seconds_with_its_cause(string scenario, string cause, int within, int? exitCode)
    {
        var recording = Recording.Load(scenario);
        var verdicts = Recording.Evaluate(recording.Update, RolloutSamples.Impatient).ToList();
        Assert.DoesNotContain(verdicts, one => one.Verdict.Phase == RolloutPhase.Complete);
        var (first, verdict) = verdicts.First(one => one.Verdict.Phase == RolloutPhase.Failed);
        Assert.InRange(first.Milliseconds, 0, within);
        Assert.Equal(cause, verdict.Cause!.Cause);
        Assert.Equal(exitCode, verdict.Cause.ExitCode);
        Assert.StartsWith("rsolv-platform-", verdict.Cause.Pod, StringComparison.Ordinal);
        Assert.Equal("rsolv-platform", verdict.Cause.Container);
        Assert.NotEmpty(verdict.Cause.Events);
        Assert.False(string.IsNullOrWhiteSpace(verdict.Cause.Remedy));
    }

    [Theory]
    [MemberData(nameof(Fatal))]
    public void What_can_pass_is_named_as_early_and_waited_for(string scenario, string cause, int within, int? exitCode)
    {
        var recording = Recording.Load(scenario);
        var (first, verdict) = Recording.Evaluate(recording.Update).First(one => one.Verdict.Cause?.Cause == cause);
        Assert.InRange(first.Milliseconds, 0, within);
        Assert.Equal((RolloutPhase.Progressing, exitCode), (verdict.Phase, verdict.Cause!.ExitCode));
    }

    [Theory]
    [MemberData(nameof(Named))]
    public void An_issue_that_may_pass_is_reported_at_once_and_fails_nothing_yet(string scenario, string cause, int within)
    {
        var recording = Recording.Load(scenario);
        var verdicts = Recording.Evaluate(recording.Update).ToList();
        Assert.All(verdicts, one => Assert.Equal(RolloutPhase.Progressing, one.Verdict.Phase));
        var (first, _) = verdicts.First(one => one.Verdict.Cause?.Cause == cause);
        Assert.InRange(first.Milliseconds, 0, within);
        Assert.Equal(cause, verdicts[^1].Verdict.Cause?.Cause);
    }

    [Fact]
    public void A_pod_that_cannot_be_scheduled_fails_the_rollout_after_its_patience()
    {
        var recording = Recording.Load("rollout-unschedulable");
        var state = recording.Update.Aggregate(
            new RolloutState(Recording.Expectation(recording.Update)), (before, one) => before.Apply(one.Kind!, one.Change));
        state = state.After(state.Evaluate(TimeSpan.Zero));
        Assert.Equal(RolloutPhase.Progressing, state.Evaluate(TimeSpan.FromSeconds(299)).Phase);
        Assert.Equal(RolloutPhase.Failed, state.Evaluate(TimeSpan.FromSeconds(300)).Phase);
    }

    [Fact]
    public void Without_pods_the_progress_deadline_is_the_cause()
    {
        var recording = Recording.Load("rollout-progress-deadline");
        var deployments = recording.Update
            .Where(one => one.Kind == ResourceKind.Deployments || one.Kind == ResourceKind.ReplicaSets)
            .ToList();
        var failed = Recording.Evaluate(deployments).First(one => one.Verdict.Phase == RolloutPhase.Failed);
        Assert.Equal("ProgressDeadline", failed.Verdict.Cause!.Cause);
        Assert.Contains("timed out progressing", failed.Verdict.Cause.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rollout-crashloop")]
    [InlineData("rollout-image-not-found")]
    [InlineData("rollout-missing-secret-key")]
    [InlineData("rollout-probe-fails")]
    [InlineData("rollout-unschedulable")]
    [InlineData("rollout-progress-deadline")]
    public void During_a_rollback_the_terminating_pod_of_the_bad_release_fails_nothing(string scenario)
    {
        var recording = Recording.Load(scenario);
        Assert.DoesNotContain(Recording.Evaluate(recording.Rollback), one => one.Verdict.Phase == RolloutPhase.Failed);
    }

    [Fact]
    public void An_evicted_pod_fails_nothing()
    {
        var recording = Recording.Load("pod-evicted");
        Assert.DoesNotContain(Recording.Evaluate(recording.Update), one => one.Verdict.Phase == RolloutPhase.Failed);
    }

    [Fact]
    public void The_status_before_the_write_is_never_taken_for_success()
    {
        var recording = Recording.Load("rollout-good");
        var stale = Recording.Evaluate(recording.Update).TakeWhile(one => one.Event.Milliseconds < 223).ToList();
        Assert.NotEmpty(stale);
        Assert.All(stale, one => Assert.Equal(RolloutPhase.Progressing, one.Verdict.Phase));
    }
}
