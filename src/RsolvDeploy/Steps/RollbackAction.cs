using System.Text.Json.Nodes;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Images;
using RsolvDeploy.Json;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Rollbacks.Configuration;

namespace RsolvDeploy.Steps;

/// <summary>Takes a planned way back for a cmdlet: shows and asks, takes the lock, goes back, remembers.</summary>
/// <param name="Cmdlet">Who asks.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="RunId">The run it belongs to.</param>
internal sealed record RollbackAction(RsolvCmdlet Cmdlet, ClusterClient Cluster, string RunId)
{
    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>What was wrong before the deployment that is taken back; null when nobody looked.</summary>
    public Baseline? Baseline { get; init; }

    /// <summary>How long it may take; null for the configured time.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How long to wait for another run.</summary>
    public TimeSpan WaitForLock { get; init; }

    /// <summary>Whether the lock is taken from another run.</summary>
    public bool BreakLock { get; init; }

    /// <summary>Takes it. A way back that was not confirmed is Planned.</summary>
    public async Task<Rollback> RunAsync(RollbackPlan plan, CancellationToken ct)
    {
        var target = plan.Target;
        foreach (var change in plan.Configuration) Cmdlet.Reporter.Information($"{change.Kind.Kind}/{change.Name}:\n{string.Join('\n', change.Fields)}");
        if (!await Cmdlet.ConfirmAsync($"{target.Namespace}/{target.Deployment} in {Cluster.ContextName}", $"{plan.Summary}, because {Reason}", ct))
            return new Rollback(target, RunId, StepStatus.Planned, StepChecks.Undo.Skipped(RsolvCmdlet.NotConfirmed)) { From = plan.From, To = plan.To, Choice = plan.Choice, Reason = Reason };

        await CheckRegistryAsync(plan, ct);
        Cmdlet.Record.Begin(target, RunId, new JsonObject
        {
            ["image"] = plan.Image,
            ["previousImage"] = PodTemplate.Image(plan.Observed.At("spec", "template"), plan.Container),
            ["restarts"] = plan.Restarts,
            ["choice"] = plan.Choice,
        });
        await using var held = await Cmdlet.LockAsync(Cluster, target, RunId, WaitForLock, BreakLock, ct);
        // What is set back is kept too, so that nothing is lost by it.
        var before = plan.Configuration.Count == 0 ? null : await new ConfigurationSnapshot(Cluster, target).SaveAsync(plan.Observed, null, RunId, Cmdlet.Reporter, ct);
        var options = new RollbackOptions { Timeout = Timeout ?? target.Rollout.Timeout, Reason = Reason, Baseline = Baseline };
        var undone = await DeploymentRollback.ApplyAsync(Cluster, plan, options, RunId, Cmdlet.Reporter, ct);
        await Cmdlet.RememberAsync(Cluster, undone, before, ct);
        return undone;
    }

    // A node may still have the image, so a registry that does not answer is no reason to stay on bad ground; one that says no is said aloud.
    private async Task CheckRegistryAsync(RollbackPlan plan, CancellationToken ct)
    {
        if (plan.ChangesNothing || plan.Image.Length == 0) return;
        try
        {
            await new ImagePublisher().ResolveAsync(plan.Target, plan.Image, ct);
        }
        catch (DeployException e)
        {
            Cmdlet.Reporter.Warning($"Whether the registry still has {plan.Image} is not sure: {e.Message}");
        }
    }
}
