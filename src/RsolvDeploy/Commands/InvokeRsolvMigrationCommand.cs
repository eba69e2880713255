using System.Management.Automation;
using System.Text.Json.Nodes;
using RsolvDeploy.Binding;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Completion;
using RsolvDeploy.Errors;
using RsolvDeploy.Migrations;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Commands;

/// <summary>Runs the pending migrations of a deployment's database, and proves that none is pending afterwards.</summary>
/// <remarks>
/// The configured commands are run by exec in a ready pod of the newest revision. What they write is shown with -Verbose as it comes; a line that seems to
/// hold a credential is left out. The time is limited in the pod too where the image has 'timeout'. One run at a time: the deployment's lock is
/// held meanwhile. The schema is noted in the history, also by -StatusOnly, which runs nothing: a later way back across these migrations is refused, whoever
/// ran them. With -WhatIf only the status is read.
/// </remarks>
/// <example>
/// <code>Invoke-RsolvMigration production -StatusOnly | Select-Object -ExpandProperty Pending</code>
/// <para>Lists what is pending, and runs nothing.</para>
/// </example>
/// <example>
/// <code>Publish-RsolvImage production | Update-RsolvDeployment | Invoke-RsolvMigration | Test-RsolvMetrics</code>
/// <para>Migrates after the rollout, and verifies what came of it.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Invoke, "RsolvMigration", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(Migration))]
public sealed class InvokeRsolvMigrationCommand : RsolvCmdlet
{
    /// <summary>Whose database to migrate: a target's name, a target, or the result of an earlier step.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(TargetNameCompleter))]
    public TargetReference Target { get; set; } = null!;

    /// <summary>The pod to run the commands in; a ready one of the newest revision when not given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Pod { get; set; }

    /// <summary>Reads the status and notes it in the history, and runs nothing.</summary>
    [Parameter]
    public SwitchParameter StatusOnly { get; set; }

    /// <summary>How long each command may take; the configured time (10 minutes) when not given.</summary>
    [Parameter]
    [ValidateTimeout]
    public TimeSpan? Timeout { get; set; }

    /// <summary>How long to wait when another run is changing the deployment; not at all when not given.</summary>
    [Parameter]
    [ValidateTimeout]
    public TimeSpan WaitForLock { get; set; }

    /// <summary>Takes the lock from another run, which then cannot write any more. Asks on its own.</summary>
    [Parameter]
    public SwitchParameter BreakLock { get; set; }

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
        var previous = (Target.Step as Rollout)?.PreviousRevision;
        if (PipelineGate.BlockedBy(Target.Step) is { } obstacle)
        {
            await EmitAsync(new Migration(target, runId, StepStatus.Skipped, StepChecks.Migrate.Skipped(obstacle)) { PreviousRevision = previous }, cancellationToken);
            return;
        }

        await EmitStepAsync(
            async () => new StepOutcome<Migration>(await MigrateAsync(target, runId, cancellationToken) with { PreviousRevision = previous }, null),
            () => new Migration(target, runId, StepStatus.Failed, StepChecks.Migrate.Skipped("the migrations could not be looked at or run; see the error")) { PreviousRevision = previous },
            "MigrationFailed",
            cancellationToken);
    }

    private async Task<Migration> MigrateAsync(Target target, string runId, CancellationToken cancellationToken)
    {
        using var cluster = ClusterClient.Connect(target, Reporter);
        var options = new MigrationOptions { Timeout = Timeout ?? target.Migrations?.Timeout ?? TimeSpan.FromMinutes(10) };
        var plan = await MigrationRunner.PlanAsync(cluster, target, Pod, options, Reporter, cancellationToken);
        if (plan.Before.Pending.Count == 0 || StatusOnly || !await ConfirmAsync($"{target.Namespace}/{target.Deployment} in {cluster.ContextName}", $"Run {plan.Before.Pending.Count} {(plan.Before.Pending.Count == 1 ? "migration" : "migrations")}: {plan.Pending}", cancellationToken))
        {
            var seen = plan.Before.Pending.Count == 0 ? await MigrationRunner.ApplyAsync(plan, options, runId, Reporter, cancellationToken) : Planned(plan, runId);
            if (!await IsWhatIfAsync(cancellationToken)) await NoteAsync(cluster, plan, seen, cancellationToken);
            return seen;
        }

        var ledger = Record.Begin(target, runId, new JsonObject
        {
            ["pod"] = plan.Pod.Name,
            ["pending"] = new JsonArray([.. plan.Before.Pending.Select(one => (JsonNode)one.Version)]),
            ["limited"] = plan.Command.Limited,
            ["seconds"] = (int)Math.Ceiling(options.Timeout.TotalSeconds),
        });
        await using var held = await LockAsync(cluster, target, runId, WaitForLock, BreakLock, cancellationToken);
        var migration = await ledger.DoAsync(
            $"migrate {target.Namespace}/{plan.Pod.Name}: {plan.Pending}",
            () => MigrationRunner.ApplyAsync(plan, options with { Lock = held }, runId, Reporter, cancellationToken),
            made => new JsonObject { ["exitCode"] = made.ExitCode, ["schema"] = made.Schema });
        await NoteAsync(cluster, plan, migration, cancellationToken);
        return migration;
    }

    private Migration Planned(MigrationPlan plan, string runId)
    {
        var why = StatusOnly ? "not run: -StatusOnly" : NotConfirmed;
        var status = new Check("migration.status", "Migrate", "The pending migrations are known", CheckStatus.Passed) { Evidence = $"{plan.Before.Pending.Count} pending: {plan.Pending}", Started = plan.Started };
        return new Migration(plan.Target, runId, StepStatus.Planned, [status, .. StepChecks.Migrate.Skipped(why).Skip(1)])
        {
            Pod = plan.Pod.Name,
            Pending = plan.Before.Pending,
            Applied = plan.Before.Applied,
            LimitedInPod = plan.Command.Limited,
            Image = plan.Pod.Image,
        };
    }

    // What is applied is noted also when the run failed half way, and when it was only looked at: the way back has to know, whoever migrated.
    private async Task NoteAsync(ClusterClient cluster, MigrationPlan plan, Migration migration, CancellationToken cancellationToken)
    {
        // A run that is taken up may find its migrations applied: they are those that it began with.
        var begun = (Record.Uncertain(migration.RunId)?.Step.Facts?["pending"] as JsonArray ?? []).Select(version => (long?)version).ToHashSet();
        var applied = migration.Applied.Where(one => plan.Before.Pending.Contains(one) || begun.Contains(one.Version)).ToList();
        if (migration.Schema is null) return;
        RecordWrites(cluster, plan.Target, migration.RunId);
        var running = new Release(plan.Pod.Image, DateTimeOffset.UtcNow)
        {
            Status = StepStatus.Succeeded,
            By = $"{Environment.UserName}@{Environment.MachineName}",
            RunId = migration.RunId,
            Reason = "deployed by other means; seen when it was migrated",
            Schema = migration.Schema,
            Migrations = applied,
        };
        try
        {
            await new ReleaseHistory(cluster, plan.Target).NoteSchemaAsync(running, cancellationToken);
        }
        catch (DeployException e)
        {
            Reporter.Warning($"The new schema is not in the history, so a way back across it is not refused: {e.Message} {e.Remedy}");
        }
    }
}
