using RsolvDeploy.Cluster;
using RsolvDeploy.Rollouts;

namespace RsolvDeploy.Core.Tests.Rollouts;

/// <summary>
/// What is refused for good fails a rollout before the default time limit, and what is refused for two minutes fails none: by the
/// schedules of the kubelet and of the controllers of pods, as their source has them.
/// </summary>
public class AttemptScheduleTests
{
    private static readonly RolloutExpectation Expected = new("app", "app", RolloutSamples.Image, 2);
    private static readonly double Limit = new RolloutSettings().Timeout.TotalSeconds;

    [Theory]
    [InlineData("403 Forbidden", "ImageDenied")]
    [InlineData("manifest unknown", "ImageNotFound")]
    public void An_image_that_is_refused_for_good_fails_at_the_fifth_attempt_and_before_the_time_limit(string message, string cause)
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var (failedAt, named) = PlayImage(seed, message, refusedFor: double.PositiveInfinity);
            Assert.Equal(cause, named);
            Assert.InRange(failedAt!.Value, 140, 200);
            Assert.True(failedAt < Limit, $"seed {seed}: {failedAt}");
        }
    }

    [Theory]
    [InlineData("403 Forbidden")]
    [InlineData("manifest unknown")]
    public void An_image_that_is_refused_for_two_minutes_fails_nothing(string message)
    {
        for (var seed = 0; seed < 200; seed++)
        {
            for (var seconds = 5; seconds <= 120; seconds += 5) Assert.Null(PlayImage(seed, message, seconds).FailedAt);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void A_quota_without_room_fails_the_rollout_at_the_attempt_after_164_seconds(int early)
    {
        var failedAt = PlayQuota(early, freedAt: double.PositiveInfinity);
        Assert.InRange(failedAt!.Value, 163, 165);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_quota_that_others_free_within_150_seconds_fails_nothing(bool reportsEvents)
    {
        for (var seconds = 1; seconds <= 150; seconds++) Assert.Null(PlayQuota(0, seconds, reportsEvents));
    }

    // A failed attempt is shown until the next look at the pod, 10 to 15 s later; a look within the back-off does not try.
    private static (double? FailedAt, string? Cause) PlayImage(int seed, string message, double refusedFor)
    {
#pragma warning disable CA5394 // A test has to be repeatable.
        var random = new Random(seed);
        double Look() => 10 * (1 + random.NextDouble() / 2);
#pragma warning restore CA5394
        var state = RolloutSamples.With(Expected);
        var (next, triedAt, backOff, now, cause) = (0.0, 0.0, 0.0, 0.0, (string?)null);
        for (; now < Limit; now += 1)
        {
            for (; next <= now; next += Look())
            {
                var isWaiting = backOff > 0 && next - triedAt < backOff;
                if (!isWaiting && next >= refusedFor) return (null, cause);
                if (!isWaiting) (triedAt, backOff) = (next, backOff == 0 ? 10 : Math.Min(backOff * 2, 300));
                state = state.Put(ResourceKind.Deployments, RolloutSamples.Deployment(1)).Put(ResourceKind.Pods, RolloutSamples.Pod(
                    isWaiting ? Waiting("ImagePullBackOff", $"ErrImagePull: {message}") : Waiting("ErrImagePull", message)));
            }

            var verdict = state.Evaluate(TimeSpan.FromSeconds(now));
            state = state.After(verdict);
            cause = verdict.Cause?.Cause;
            if (verdict.Phase == RolloutPhase.Failed) return (now, cause);
        }

        return (null, cause);
    }

    // 5 ms, twice as long each time; what changes the ReplicaSet at first tries at once and lengthens the next wait.
    private static double? PlayQuota(int early, double freedAt, bool reportsEvents = true)
    {
        var set = RolloutSamples.ReplicaSet();
        set["status"] = RolloutSamples.Parse(
            """{"conditions":[{"type":"ReplicaFailure","status":"True","message":"pods is forbidden: exceeded quota: few"}]}""");
        var attempt = RolloutSamples.Event("FailedCreate", "Error creating: pods is forbidden: exceeded quota: few");
        attempt["involvedObject"]!["uid"] = "r";
        var state = RolloutSamples.With(Expected).Put(ResourceKind.Deployments, RolloutSamples.Deployment(1))
            .Put(ResourceKind.ReplicaSets, set);
        var (next, failures) = (0.0, early);
        for (var now = 0.0; now < Limit; now += 1)
        {
            while (next <= now)
            {
                if (next >= freedAt) return null;
                next += 0.005 * Math.Pow(2, failures++);
                attempt["count"] = failures;
                if (reportsEvents) state = state.Put(ResourceKind.Events, attempt);
            }

            var verdict = state.Evaluate(TimeSpan.FromSeconds(now));
            state = state.After(verdict);
            if (verdict.Phase == RolloutPhase.Failed) return now;
        }

        return null;
    }

    private static string Waiting(string reason, string message) =>
        $$$""" "state":{"waiting":{"reason":"{{{reason}}}","message":"{{{message}}}"}},"lastState":{} """;
}
