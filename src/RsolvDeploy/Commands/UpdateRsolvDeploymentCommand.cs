using System.Management.Automation;
using System.Text.Json.Nodes;
using RsolvDeploy.Binding;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Completion;
using RsolvDeploy.Errors;
using RsolvDeploy.Images;
using RsolvDeploy.Json;
using RsolvDeploy.Migrations;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Rollbacks.Configuration;
using RsolvDeploy.Runs;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Commands;

/// <summary>Sets the image of a deployment by digest and watches the rollout to its end.</summary>
/// <remarks>
/// Nothing is polled: the rollout is watched until every wanted pod runs the digest and is ready, the old pods are gone and it has stayed so,
/// until it has failed, or until the time is over. A crash loop, a missing image and the like are named with their cause within seconds.
/// What will be written is shown field by field by <c>-WhatIf</c> and in the question, and exactly that is written: when somebody
/// else changed the specification since, the write is refused with what changed.
/// </remarks>
/// <example>
/// <code>Get-RsolvTarget production | Backup-RsolvState | Publish-RsolvImage -Phase rfc060-phase5 | Update-RsolvDeployment -RollbackOnFailure</code>
/// <para>Deploys what was just published, and goes back when it fails.</para>
/// </example>
/// <example>
/// <code>Update-RsolvDeployment production -Image ghcr.io/rsolv-dev/rsolv-platform:production-latest -WhatIf</code>
/// <para>Shows from which image to which digest the deployment would change, and changes nothing.</para>
/// </example>
[Cmdlet(VerbsData.Update, "RsolvDeployment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(Rollout))]
public sealed class UpdateRsolvDeploymentCommand : RsolvCmdlet
{
    /// <summary>What to update: a target's name, a target, or the result of an earlier step.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(TargetNameCompleter))]
    public TargetReference Target { get; set; } = null!;

    /// <summary>The image to deploy. A tag is resolved to its digest first. Not needed behind <c>Publish-RsolvImage</c>.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Image { get; set; }

    /// <summary>The published image (<c>repository@sha256:…</c>), bound from the property of that name.</summary>
    // Not an alias of Image: by property name that would bind the configured image settings of a target, or the image a backup saw.
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Reference { get; set; }

    /// <summary>How long the rollout may take; the configured time (5 minutes) when not given.</summary>
    [Parameter]
    [ValidateTimeout]
    public TimeSpan? Timeout { get; set; }

    /// <summary>Goes back to the previous revision when the rollout fails or does not end in time.</summary>
    [Parameter]
    public SwitchParameter RollbackOnFailure { get; set; }

    /// <summary>Writes also when somebody else changed the Deployment's specification after the change was shown. Without it the write is refused, with what changed.</summary>
    [Parameter]
    public SwitchParameter AcceptDrift { get; set; }

    /// <summary>Why; it stands in the history and in the change cause.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Reason { get; set; }

    /// <summary>How long to wait when another run is changing the deployment; not at all when not given.</summary>
    [Parameter]
    [ValidateTimeout]
    public TimeSpan WaitForLock { get; set; }

    /// <summary>Takes the lock from another run, which then cannot write any more. Asks on its own.</summary>
    [Parameter]
    public SwitchParameter BreakLock { get; set; }

    /// <summary>Goes back also when migrations were applied since that release ran; which ones is recorded.</summary>
    [Parameter]
    public SwitchParameter AllowSchemaMismatch { get; set; }

    /// <summary>The configuration file; found upward from the current folder when not given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? ConfigurationPath { get; set; }

    private protected override TargetReference? Input => Target;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var target = TargetSource.Resolve(Target, FullPath(ConfigurationPath), CurrentFolder);
        var runId = RunIdOf(Target);
        if (PipelineGate.BlockedBy(Target.Step) is { } obstacle)
        {
            await EmitAsync(new Rollout(target, runId, StepStatus.Skipped, StepChecks.Update.Skipped(obstacle)), cancellationToken);
            return;
        }

        await EmitStepAsync(
            async () => new StepOutcome<Rollout>(await UpdateAsync(target, runId, cancellationToken), null),
            () => new Rollout(target, runId, StepStatus.Failed, StepChecks.Update.Skipped("the update could not be made; see the error")),
            "RolloutFailed",
            cancellationToken);
    }

    private async Task<Rollout> UpdateAsync(Target target, string runId, CancellationToken cancellationToken)
    {
        // What was approved was a digest; a tag may name another one by now.
        var doubt = Record.Uncertain(runId);
        var wanted = doubt?.Step.Facts?["image"].Text() ?? Image ?? (string.IsNullOrEmpty(Reference) ? null : Reference) ?? throw new DeployException(
            "ImageMissing",
            FaultCategory.InvalidArgument,
            $"Nothing says which image to deploy to {target.Name}.",
            "Give -Image repository@sha256:…, or put Publish-RsolvImage before this command.");
        var image = (await new ImagePublisher().ResolveAsync(target, wanted, cancellationToken)).Reference;
        using var cluster = ClusterClient.Connect(target, Reporter);
        var plan = await DeploymentUpdater.PlanAsync(cluster, target, image, cancellationToken);
        if (!await ConfirmAsync($"{target.Namespace}/{target.Deployment} in {cluster.ContextName}", $"Change the image from {plan.PreviousImage} to {plan.Image}{(plan.Diff.Length == 0 ? "" : $"\n{plan.Diff}\n")}", cancellationToken))
        {
            return new Rollout(target, runId, StepStatus.Planned, StepChecks.Update.Skipped(NotConfirmed))
            {
                Image = plan.Image,
                Diff = plan.Diff,
                PreviousImage = plan.PreviousImage,
                PreviousRevision = plan.PreviousRevision,
            };
        }

        var facts = new JsonObject { ["image"] = plan.Image, ["previousImage"] = plan.PreviousImage, ["previousRevision"] = plan.PreviousRevision };
        Record.Begin(target, runId, facts);
        // A run that is taken up may find its own change made: what was there before is what it noted when it began.
        if (doubt?.Step.Facts is { } first) plan = plan with { PreviousImage = first["previousImage"].Text() ?? plan.PreviousImage, PreviousRevision = (long?)first["previousRevision"] };
        await using var held = await LockAsync(cluster, target, runId, WaitForLock, BreakLock, cancellationToken);
        var kept = new ConfigurationSnapshot(cluster, target);
        var before = doubt?.Step.Facts?["kept"].Text() ?? await kept.SaveAsync(plan.Observed, null, runId, Reporter, cancellationToken);
        if (doubt?.Step.Facts?["kept"] is null) Record.AddFact(runId, "kept", before);
        var options = new UpdateOptions { SnapshotBefore = before, Baseline = Target.Step?.Baseline, Timeout = Timeout ?? target.Rollout.Timeout, RollbackOnFailure = RollbackOnFailure, AllowSchemaMismatch = AllowSchemaMismatch, AcceptDrift = AcceptDrift, Reason = Reason ?? "", RollbackTo = await WayBackAsync(cluster, target, plan.Image, cancellationToken) };
        var rollout = await DeploymentUpdater.ApplyAsync(cluster, plan, options, runId, Reporter, cancellationToken);
        var with = rollout.Status == StepStatus.Succeeded ? await kept.SaveAsync(await cluster.GetAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, cancellationToken), before, runId, Reporter, cancellationToken) : null;
        await RememberAsync(cluster, target, Remembered(rollout, runId, held.BrokenFrom) with { Configuration = with, ConfigurationBefore = before }, cancellationToken);
        if (rollout.Status == StepStatus.Succeeded && await PendingCheck.EvaluateAsync(cluster, target, Reporter, cancellationToken) is { } pending) rollout = rollout with { Checks = [.. rollout.Checks, pending] };
        if (rollout.Rollback is { Image: not null } undone) await RememberAsync(cluster, undone, keptBefore: null, cancellationToken);
        return rollout;
    }

    private async Task<RollbackRequest?> WayBackAsync(ClusterClient cluster, Target target, string image, CancellationToken cancellationToken)
    {
        if (!RollbackOnFailure) return null;
        return ReleaseHistory.LastKnownGood(await new ReleaseHistory(cluster, target).ReadAsync(cancellationToken), image) is { } good
            ? new RollbackRequest { ToImage = good.Image, Choice = "the last release verified good" }
            : null;
    }

    private Release Remembered(Rollout rollout, string runId, string? brokenFrom) => new(rollout.Image ?? "", DateTimeOffset.UtcNow)
    {
        Revision = rollout.Revision,
        Status = rollout.Status,
        RunId = runId,
        Reason = (Reason ?? "") + (brokenFrom is null ? "" : $" (lock taken from {brokenFrom})"),
    };
}
