using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using RsolvDeploy.Cluster;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollouts;

namespace RsolvDeploy.Core.Tests.Rollouts;

/// <summary>When a watched rollout has ended, by a clock that the test moves.</summary>
public class RolloutFollowerTests
{
    private const string Running = """ "state":{"running":{}},"lastState":{} """;
    private const string Crashed = """ "state":{"terminated":{"exitCode":139,"reason":"Error"}},"lastState":{} """;

    private const string Again = """ "state":{"running":{}},"lastState":{"terminated":{"exitCode":139,"reason":"Error"}} """;
    private const string CrashedAgain =
        """ "state":{"terminated":{"exitCode":139,"reason":"Error"}},"lastState":{"terminated":{"exitCode":139,"reason":"Error"}} """;

    private readonly AdjustableTime _time = new();
    private readonly Channel<RolloutChange> _changes = Channel.CreateUnbounded<RolloutChange>(
        new UnboundedChannelOptions { AllowSynchronousContinuations = true });

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_succeeds_when_everything_was_ready_for_the_whole_window()
    {
        var rollout = Follow();
        Put(RolloutSamples.Pod(Running, ready: true));
        Advance(9);
        Assert.False(rollout.IsCompleted);
        Advance(2);
        Assert.Equal(RolloutPhase.Complete, (await rollout).Verdict.Phase);
    }

    [Fact]
    public async Task A_container_that_crashes_once_in_the_window_begins_a_new_one()
    {
        var rollout = Follow();
        Put(RolloutSamples.Pod(Running, ready: true));
        Advance(5);
        Put(RolloutSamples.Pod(Crashed));
        Advance(1);
        Put(RolloutSamples.Pod(Again, restarts: 1, ready: true));
        Advance(9);
        Assert.False(rollout.IsCompleted);
        Advance(1);
        var ended = await rollout;
        Assert.Equal(RolloutPhase.Complete, ended.Verdict.Phase);
        Assert.Contains(
            ended.Timeline, entry => entry.Event.Contains("CrashLoop: Container app ends with exit code 139", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_container_that_crashes_again_and_again_in_the_window_fails_it_at_the_first_end_after_its_patience()
    {
        var rollout = Follow();
        for (var restarts = 0; restarts < 3; restarts++)
        {
            Put(RolloutSamples.Pod(restarts == 0 ? Running : Again, restarts, ready: true));
            Advance(5);
            Put(RolloutSamples.Pod(restarts == 0 ? Crashed : CrashedAgain, restarts));
            Advance(8);
            Assert.False(rollout.IsCompleted);
        }

        Put(RolloutSamples.Pod(Again, restarts: 3, ready: true));
        Advance(5);
        Assert.False(rollout.IsCompleted);
        Put(RolloutSamples.Pod(CrashedAgain, restarts: 3));
        Assert.True(rollout.IsCompleted);
        var ended = await rollout;
        Assert.Equal((RolloutPhase.Failed, "CrashLoop"), (ended.Verdict.Phase, ended.Verdict.Cause!.Cause));
        Assert.Contains("CrashLoop", ended.Timeline[^1].Event, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_rolled_out_in_time_may_use_the_rest_of_its_window()
    {
        var rollout = Follow();
        Advance(55);
        Put(RolloutSamples.Pod(Running, ready: true));
        Advance(9);
        Assert.False(rollout.IsCompleted);
        Advance(1);
        Assert.Equal(RolloutPhase.Complete, (await rollout).Verdict.Phase);
    }

    [Fact]
    public async Task A_rollout_that_becomes_ready_again_gets_a_new_window()
    {
        var rollout = Follow();
        Put(RolloutSamples.Pod(Running, ready: true));
        Advance(8);
        Put(RolloutSamples.Pod(Running));
        Advance(1);
        Put(RolloutSamples.Pod(Running, ready: true));
        Advance(8);
        Assert.False(rollout.IsCompleted);
        Advance(3);
        Assert.Equal(RolloutPhase.Complete, (await rollout).Verdict.Phase);
    }

    [Fact]
    public async Task It_is_still_in_progress_when_the_time_is_over()
    {
        var rollout = Follow();
        Put(RolloutSamples.Pod(Running));
        Advance(59);
        Assert.False(rollout.IsCompleted);
        Advance(2);
        Assert.Equal(RolloutPhase.Progressing, (await rollout).Verdict.Phase);
    }

    [Fact]
    public void A_clock_that_is_set_forward_ends_nothing()
    {
        var rollout = Follow();
        Put(RolloutSamples.Pod(Running, ready: true));
        Advance(1);
        _time.SetAhead(TimeSpan.FromHours(1));
        Put(RolloutSamples.Pod(Running, ready: true));
        Advance(1);
        Assert.False(rollout.IsCompleted);
    }

    [Fact]
    public void Nothing_is_decided_before_every_kind_was_listed()
    {
        var rollout = Follow(kinds: 5);
        Put(RolloutSamples.Pod(Crashed));
        Advance(20);
        Assert.False(rollout.IsCompleted);
    }

    // One of each list is enough here; the window is 10 s, the patience of a crash loop 30 s, and the timeout 60 s.
    private Task<RolloutWatcher.Result> Follow(int kinds = 1)
    {
        var target = new Target
        {
            Name = "t",
            ConfigurationPath = "",
            Namespace = "n",
            Deployment = "app",
            Environment = "e",
            Rollout = new RolloutSettings
            {
                StableFor = TimeSpan.FromSeconds(10),
                Patience = new Dictionary<string, TimeSpan> { [RolloutCauses.CrashLoop.Id] = TimeSpan.FromSeconds(30) },
            },
        };
        var expected = new RolloutExpectation("app", "app", RolloutSamples.Image, 2) { Settings = target.Rollout };
        var request = new RolloutWatchRequest(target, expected, "app=app", TimeSpan.FromMinutes(1));
        Send(ResourceKind.Deployments, RolloutSamples.Deployment(1));
        Send(ResourceKind.ReplicaSets, RolloutSamples.ReplicaSet());
        _changes.Writer.TryWrite(new RolloutChange(ResourceKind.Deployments, new WatchEvent(WatchEventType.Synced, [])));
        var context = SynchronizationContext.Current;
        try
        {
            // Without a context each event and each tick of the clock is handled before the call that sends it returns.
            SynchronizationContext.SetSynchronizationContext(null);
            return new RolloutFollower(
                request, new RolloutTimeline("rollout", SilentReporter.Instance), _time)
                .RunAsync(_changes.Reader, kinds, Ct);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private void Put(JsonObject pod) => Send(ResourceKind.Pods, pod);

    private void Send(ResourceKind kind, JsonObject item) =>
        _changes.Writer.TryWrite(new RolloutChange(kind, new WatchEvent(WatchEventType.Modified, item)));

    // Second by second, so that a wait that begins in between ends in time.
    private void Advance(int seconds)
    {
        for (var passed = 0; passed < seconds; passed++) _time.Advance(TimeSpan.FromSeconds(1));
    }

    /// <summary>A clock whose time of day can be set without time passing.</summary>
    private sealed class AdjustableTime() : FakeTimeProvider(RolloutSamples.Now)
    {
        private TimeSpan _ahead;

        public void SetAhead(TimeSpan by) => _ahead = by;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _ahead;

        public override long GetTimestamp() => base.GetUtcNow().Ticks;
    }
}
