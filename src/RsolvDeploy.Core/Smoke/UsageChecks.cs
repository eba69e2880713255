using RsolvDeploy.Checks;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Smoke;

/// <summary><c>smoke.memory</c> and <c>smoke.cpu</c>: from Prometheus where it has them, otherwise from metrics.k8s.io.</summary>
/// <param name="context">The step's context.</param>
/// <param name="pods">The pods of the release.</param>
internal sealed class UsageChecks(StepContext context, Task<SmokePods> pods)
{
    private readonly Target _target = context.Target;

    public async Task<IReadOnlyList<Check>> EvaluateAsync(CancellationToken ct)
    {
        var read = ReadAsync(ct);
        return await Task.WhenAll(
            context.EvaluateAsync(
                CheckTable.SmokeMemory,
                async () => (await read).Memory is { } usage
                    ? MemoryCheck.Judge(usage, (await pods).Pods, _target.Smoke.Memory)
                    : NotServed,
                ct),
            context.EvaluateAsync(
                CheckTable.SmokeCpu,
                async () => (await read).Cpu is { } usage
                    ? CpuCheck.Judge(usage, (await pods).Pods, _target.Smoke.Cpu, context.Baseline?.PodCpu)
                    : NotServed,
                ct));
    }

    private async Task<(UsageHistory? Memory, UsageHistory? Cpu)> ReadAsync(CancellationToken ct)
    {
        var release = await pods;
        if (release.Pods.Count == 0) return (new UsageHistory([], "the cluster"), new UsageHistory([], "the cluster"));
        await SettleAsync(release, ct);
        var (memory, cpu) = await ReadPrometheusAsync(release, ct);
        if (memory is not null && cpu is not null) return (memory, cpu);
        var served = await new MetricsServerUsage(context, release.Pods).ReadAsync(ct);
        return (memory ?? served?.Memory, cpu ?? served?.Cpu);
    }

    private async Task SettleAsync(SmokePods release, CancellationToken ct)
    {
        var left = release.Pods.Max(pod => pod.Started) + _target.Smoke.Settle - context.Cluster.Now;
        if (left <= TimeSpan.Zero) return;
        context.Reporter.Verbose($"The pods settle for {left.TotalSeconds:0} s before their memory and CPU are measured.");
        await Task.Delay(left, context.Clock, ct);
    }

    private async Task<(UsageHistory? Memory, UsageHistory? Cpu)> ReadPrometheusAsync(SmokePods release, CancellationToken ct)
    {
        if (_target.Prometheus is null) return (null, null);
        using var prometheus = SmokePrometheus.Open(context);
        var usage = new PrometheusUsage(prometheus, _target, release.Pods, context.Clock);
        var (memory, cpu) = (usage.ReadAsync(UsageKind.Memory, ct), usage.ReadAsync(UsageKind.Cpu, ct));
        await Task.WhenAll(memory, cpu);
        return (await memory, await cpu);
    }

    // As with all that a cluster does not have or a target does not configure: a good release must not be rolled back for it.
    private static CheckOutcome NotServed => CheckOutcome.Skipped(
        "the cluster serves no metrics.k8s.io, and Prometheus has no metrics of the kubelets; smoke.memory.query and smoke.cpu.query "
            + "name others");
}
