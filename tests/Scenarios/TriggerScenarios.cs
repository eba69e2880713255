using System.Diagnostics;
using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Triggers;

namespace RsolvDeploy.Scenarios;

/// <summary>Rollback triggers that watch pods.</summary>
/// <param name="fixture">The cluster it runs on.</param>
public abstract class TriggerScenarios(IScenarioFixture fixture) : ClusterScenarios(fixture)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task A_crash_loop_without_a_probe_fires_five_seconds_after_the_first_repeated_crash()
    {
        var target = On.Target with { Triggers = new TriggerSettings { CrashLoopLongerThan = Longest } };
        using var context = StepContexts.Create(Cluster, target, StepKind.Watch);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var fired = new List<(Check Check, long At)>();
        var watching = new TriggerWatcher(context, FiredAsync).RunAsync(TimeSpan.FromMinutes(2), stop.Token);
        await PatchContainerAsync($$"""{ "image": "{{On.Crashing}}", "readinessProbe": null }""");
        var crashed = await WaitForRepeatedCrashAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
        var (check, at) = fired[0];
        Assert.Equal("trigger.crashloop", check.Id);
        Assert.InRange(Stopwatch.GetElapsedTime(crashed, at), Longest - Delay, Longest + Delay);

        Task FiredAsync(Check check)
        {
            fired.Add((check, Stopwatch.GetTimestamp()));
            return stop.CancelAsync();
        }
    }

    private async Task<long> WaitForRepeatedCrashAsync()
    {
        await foreach (var change in Cluster.WatchAsync(new WatchRequest(ResourceKind.Pods, On.Target.Namespace), Ct))
        {
            if (change.Type is WatchEventType.Synced or WatchEventType.Deleted) continue;
            var statuses = PodReader.Statuses(change.Object.ReadAs<V1Pod>());
            if (statuses.Any(status => status is { RestartCount: > 0, State.Terminated: not null })) return Stopwatch.GetTimestamp();
        }

        throw new InvalidOperationException("The watch ended.");
    }
}
