using System.Text.Json.Nodes;

using RsolvDeploy.Cluster;
using RsolvDeploy.Rollouts;

namespace RsolvDeploy.Core.Tests.Rollouts;

/// <summary>After everything was ready: what dies fails the rollout, what is taken away does not.</summary>
public class StabilizationWindowTests
{
    private const string Running = """ "state":{"running":{}},"lastState":{} """;
    private static readonly RolloutState Ready = RolloutSamples.With(RolloutSamples.Pod(Running, restarts: 1, ready: true));
    private static readonly StabilizationWindow Window = StabilizationWindow.Start(Ready, TimeSpan.Zero);

    [Fact]
    public void Restarts_before_it_started_do_not_count() => Assert.Null(Window.FindTermination(Ready));

    [Theory]
    [InlineData(""" "state":{"terminated":{"exitCode":139,"reason":"Error"}},"lastState":{} """, 1, "CrashLoop", 139)]
    [InlineData(""" "state":{"running":{}},"lastState":{"terminated":{"exitCode":139,"reason":"Error"}} """, 2, "CrashLoop", 139)]
    [InlineData(""" "state":{"running":{}},"lastState":{"terminated":{"exitCode":137,"reason":"OOMKilled"}} """, 2, "OutOfMemory", 137)]
    [InlineData(""" "state":{"running":{}},"lastState":{"terminated":{"exitCode":0,"reason":"Completed"}} """, 2, "Unstable", 0)]
    public void A_container_that_ends_in_it_is_reported_with_its_exit_code(string container, int restarts, string cause, int exit)
    {
        var termination = Window.FindTermination(Ready.Put(ResourceKind.Pods, RolloutSamples.Pod(container, restarts)));
        Assert.Equal((cause, "app-7-a", "app", exit), (termination!.Cause, termination.Pod, termination.Container, termination.ExitCode));
    }

    [Theory]
    [InlineData(""","reason":"Evicted" """, false)]
    [InlineData("", true)]
    public void A_pod_that_is_evicted_or_deleted_fails_nothing(string rest, bool deleted)
    {
        var pod = RolloutSamples.Pod(""" "state":{"terminated":{"exitCode":143,"reason":"Error"}},"lastState":{} """, 1, rest: rest);
        if (deleted) pod["metadata"]!["deletionTimestamp"] = JsonValue.Create("2026-11-24T12:00:05Z");
        Assert.Null(Window.FindTermination(Ready.Put(ResourceKind.Pods, pod)));
    }
}
