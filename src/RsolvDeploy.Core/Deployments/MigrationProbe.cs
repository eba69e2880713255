using System.Text.Json;
using RsolvDeploy.Migrations;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Deployments;

/// <summary>Determines in the database whether migrations were applied, and whether they may still run.</summary>
internal static class MigrationProbe
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(10);

    /// <summary>Determines it; changes nothing.</summary>
    /// <exception cref="Errors.DeployException"><c>RunInDoubt</c>: the command may still run in the pod.</exception>
    public static async Task<ProbeResult> RunAsync(StepContext context, RunStep step, MigrationFacts facts, CancellationToken ct)
    {
        var limits = new MigrationLimits { Timeout = context.Target.Migrations?.Timeout ?? DefaultTimeout };
        var pod = step.Planned.Options.Deserialize(MigrationJson.Default.MigrationOptions)?.Pod;
        var plan = await MigrationRunner.PlanAsync(context, pod, limits, ct);
        var left = plan.Before.Pending.Count(one => facts.Pending.Contains(one.Version));
        if (left == 0) return new ProbeResult(true, $"none of its {facts.Pending.Count} migrations is pending");
        if (!step.HasIntent) return new ProbeResult(false, "its command was not sent");
        // A command in a pod continues without its client; the pod ends it at the time limit, if the image can.
        var end = facts.IsLimited ? step.Started + TimeSpan.FromSeconds(facts.Seconds) + Grace : null;
        if (end < context.Clock.GetUtcNow())
            return new ProbeResult(false, $"{left} of its {facts.Pending.Count} migrations are pending, and the pod has ended the command");
        throw UncertainStep.Error(
            $"{left} of its {facts.Pending.Count} migrations are pending, and the command may still run in pod {facts.Pod}.",
            context.Target.Name,
            end is { } at
                ? $"Resume the run after {at.UtcDateTime:HH:mm:ss} UTC: by then the pod has ended the command."
                : "Check in the pod that the command has ended, then run Invoke-RsolvMigration again.");
    }
}
