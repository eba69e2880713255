using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Triggers;

/// <summary>
/// <c>trigger.manual</c>: a person reports that something critical is broken, by an annotation of the Deployment, from any machine.
/// </summary>
/// <param name="context">The step's context.</param>
internal sealed class ManualTrigger(StepContext context)
{
    public async Task WatchAsync(Func<CheckOutcome, Task> report, CancellationToken ct)
    {
        var target = context.Target;
        string? reported = null;
        await foreach (var change in context.Cluster.WatchAsync(
            new WatchRequest(WorkloadKinds.ResourceOf(target), target.Namespace) { FieldSelector = $"metadata.name={target.Deployment}" },
            ct))
        {
            if (change.Type is WatchEventType.Synced or WatchEventType.Deleted) continue;
            var broken = change.Object.At("metadata", "annotations", DeploymentAnnotations.Broken).Text();
            if (!string.IsNullOrEmpty(broken) && broken != reported)
                await report(CheckOutcome.NotMet($"a person reports ({DeploymentAnnotations.Broken}): {broken}", TriggerWatcher.Remedy));
            reported = broken;
        }
    }
}
