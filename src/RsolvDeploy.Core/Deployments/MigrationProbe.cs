using System.Text.Json;
using RsolvDeploy.Migrations;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Deployments;

/// <summary>Finds out in the database what became of migrations, and whether they may still run.</summary>
internal static class MigrationProbe
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(10);

    /// <summary>Finds it out; changes nothing.</summary>
    /// <exception cref="Errors.DeployException"><c>RunInDoubt</c>: the command may still run in the pod.</exception>
    public static async Task<ProbeResult> RunAsync(StepContext context, RunStep step, MigrationFacts facts, CancellationToken ct)
    {
        var limits = new MigrationLimits { Timeout = context.Target.Migrations?.Timeout ?? DefaultTimeout };
        var pod = step.Planned.Options.Deserialize(MigrationJson.Default.MigrationOptions)?.Pod;
        var plan = await MigrationRunner.PlanAsync(context, pod, limits, ct);
        var left = plan.Before.Pending.Count(one => facts.Pending.Contains(one.Version));
        if (left == 0) return new ProbeResult(true, $"none of its {facts.Pending.Count} migrations is pending");
        if (!step.HasIntent) return new ProbeResult(false, "its command had not been sent");
        // A command in a pod goes on when nobody waits for it; the pod ends it at its time limit, if it can.
        var end = facts.IsLimited ? step.Started + TimeSpan.FromSeconds(facts.Seconds) + Grace : null;
        if (end < context.Clock.GetUtcNow())
            return new ProbeResult(false, $"{left} of its {facts.Pending.Count} migrations are pending, and the pod has ended the command");
        throw UncertainStep.Error(
            $"{left} of its {facts.Pending.Count} migrations are pending, and the command may still run in pod {facts.Pod}.",
            context.Target.Name,
            end is { } at
                ? $"Resume it after {at.UtcDateTime:HH:mm:ss} UTC: by then the pod has ended the command."
                : "Make sure in the pod that it has ended, then run Invoke-RsolvMigration again.");
    }
}
