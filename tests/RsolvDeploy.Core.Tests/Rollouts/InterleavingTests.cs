using FsCheck;
using FsCheck.Fluent;

using RsolvDeploy.Cluster;
using RsolvDeploy.Core.Tests.Recordings;
using RsolvDeploy.Rollouts;

namespace RsolvDeploy.Core.Tests.Rollouts;

/// <summary>Four watches run beside each other: only the order within a kind is given, and a relist tells things twice.</summary>
public class InterleavingTests
{
    private static readonly ResourceKind[] Kinds =
    [
        ResourceKind.Deployments,
        ResourceKind.ReplicaSets,
        ResourceKind.Pods,
        ResourceKind.Events,
    ];

    [Fact]
    public void A_good_rollout_ends_complete_and_never_fails_in_whatever_order_the_events_arrive()
    {
        var recording = Recording.Load("rollout-good");
        var property = Prop.ForAll(Orders(recording.Update), order =>
        {
            var verdicts = Verdicts(recording, order);
            return verdicts.TrueForAll(one => one.Phase != RolloutPhase.Failed) && verdicts[^1].Phase == RolloutPhase.Complete;
        });
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), property);
    }

    [Theory]
    [InlineData("rollout-crashloop", "CrashLoop")]
    [InlineData("rollout-image-not-found", "ImageNotFound")]
    [InlineData("rollout-missing-secret-key", "ConfigError")]
    public void A_bad_rollout_fails_with_its_cause_and_is_never_complete_in_whatever_order(string scenario, string cause)
    {
        var recording = Recording.Load(scenario);
        var property = Prop.ForAll(Orders(recording.Update), order =>
        {
            var verdicts = Verdicts(recording, order);
            return verdicts.TrueForAll(one => one.Phase != RolloutPhase.Complete)
                && verdicts.Exists(one => one.Phase == RolloutPhase.Failed)
                && verdicts.First(one => one.Phase == RolloutPhase.Failed).Cause!.Cause == cause;
        });
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(100), property);
    }

    [Fact]
    public void Every_success_holds_when_it_is_reported()
    {
        var recording = Recording.Load("rollout-good");
        var property = Prop.ForAll(Orders(recording.Update), order => Verdicts(recording, order)
            .Where(one => one.Phase == RolloutPhase.Complete)
            .All(one => one.Old == 0 && one.Ready == one.Desired && one.Pods.Count == one.Desired));
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(100), property);
    }

    private static List<RolloutVerdict> Verdicts(Recording recording, IReadOnlyList<RecordedEvent> order)
    {
        var state = new RolloutState(Recording.Expectation(recording.Update) with { Settings = RolloutSamples.Impatient });
        var at = TimeSpan.FromMilliseconds(recording.Update[^1].Milliseconds);
        return [.. order.Select(one =>
        {
            state = state.Apply(one.Kind!, one.Change);
            var verdict = state.Evaluate(at);
            state = state.After(verdict);
            return verdict;
        })];
    }

    // The recorded events of each kind in their order, the kinds merged at random, some events told twice in a row.
    private static Arbitrary<IReadOnlyList<RecordedEvent>> Orders(IReadOnlyList<RecordedEvent> events) =>
        Gen.Choose(0, 1000).ListOf(events.Count * 2).Select(IReadOnlyList<RecordedEvent> (dice) => Merge(events, [.. dice])).ToArbitrary();

    private static List<RecordedEvent> Merge(IReadOnlyList<RecordedEvent> events, int[] dice)
    {
        var left = Kinds.Select(kind => new Queue<RecordedEvent>(events.Where(one => one.Kind == kind)))
            .Where(queue => queue.Count > 0)
            .ToList();
        var merged = new List<RecordedEvent>();
        for (var roll = 0; left.Count > 0; roll++)
        {
            var die = dice[roll % dice.Length];
            var queue = left[die % left.Count];
            var next = queue.Dequeue();
            merged.Add(next);
            if (die % 7 == 0) merged.Add(next);
            if (queue.Count == 0) left.Remove(queue);
        }

        return merged;
    }
}
