using RsolvDeploy.Cluster;
using RsolvDeploy.Rollouts;

namespace RsolvDeploy.Core.Tests.Rollouts;

/// <summary>After everything was ready: a container that is restarted begins a new window.</summary>
public class StabilizationWindowTests
{
    private const string Running = """ "state":{"running":{}},"lastState":{} """;
    private const string Again = """ "state":{"running":{}},"lastState":{"terminated":{"exitCode":139,"reason":"Error"}} """;
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(5);
    private static readonly RolloutState Ready = RolloutSamples.With(RolloutSamples.Pod(Running, restarts: 1, ready: true));
    private static readonly StabilizationWindow Window = StabilizationWindow.Start(Ready, TimeSpan.Zero);

    [Fact]
    public void Restarts_before_it_started_do_not_count() => Assert.Same(Window, Window.Continue(Ready, Later));

    [Fact]
    public void A_restart_in_it_begins_a_new_one()
    {
        var restarted = Ready.Put(ResourceKind.Pods, RolloutSamples.Pod(Again, restarts: 2, ready: true));
        var next = Window.Continue(restarted, Later);
        Assert.Equal(Later, next.Since);
        Assert.Same(next, next.Continue(restarted, Later + Later));
    }

    [Fact]
    public void A_new_pod_alone_begins_no_new_one()
    {
        var other = RolloutSamples.Pod(Running, restarts: 3, ready: true);
        other["metadata"]!["uid"] = "other";
        Assert.Same(Window, Window.Continue(Ready.Put(ResourceKind.Pods, other), Later));
    }
}
