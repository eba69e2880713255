using RsolvDeploy.Checks;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Migrations;

/// <summary>Lists a database's migrations, runs what is pending, and proves that nothing is pending afterwards.</summary>
internal static class MigrationRunner
{
    private const string Activity = "Migrating the database";

    /// <summary>Reads what is pending; changes nothing.</summary>
    /// <exception cref="DeployException">Among others <c>MigrationsNotConfigured</c>, <c>MigrationStatusFailed</c> and <c>MigrationListUnreadable</c>.</exception>
    public static async Task<MigrationPlan> PlanAsync(StepContext context, string? pod, MigrationLimits options, CancellationToken ct)
    {
        var target = context.Target;
        var settings = SettingsOf(target);
        var timer = CheckTimer.Start(context.Clock);
        await ClusterGuard.RefuseOtherClusterAsync(context.Cluster, target, ct);
        var found = await MigrationPod.FindAsync(context.Cluster, target, pod, ct);
        var command = await PodCommand.PrepareAsync(context.Cluster, target.Namespace, found, ct);
        if (!command.Limited) context.Reporter.Verbose($"Pod {found.Name} has no 'timeout': what takes too long is not ended there.");
        return new MigrationPlan(target, found, command, await ListAsync(command, settings, options, context.Reporter, ct), timer);
    }

    /// <summary>Runs what is pending and looks again.</summary>
    public static async Task<Migration> ApplyAsync(StepContext context, MigrationPlan plan, MigrationLimits options, CancellationToken ct)
    {
        var (reporter, runId) = (context.Reporter, context.RunId);
        if (plan.Before.Pending.Count == 0) return Result(plan, runId, plan.Before, new Ending(null, [], null));
        ClusterGuard.RefuseProtected(plan.Target);
        if (options.Lock is { } held) await held.ProveAsync(ct);
        var settings = SettingsOf(plan.Target);
        var output = new CommandOutput(line =>
        {
            reporter.Verbose(line);
            reporter.Progress(new ProgressUpdate(Activity, line));
        });
        int? code = null;
        DeployException? fault = null;
        try
        {
            code = await plan.Command.RunAsync(settings.Run, options.Timeout, output, ct);
        }
        catch (DeployException e) when (e.Id is "ExecTimedOut" or "ExecBrokenOff")
        {
            fault = e;
        }
        catch (OperationCanceledException)
        {
            reporter.Warning($"The migration was no longer waited for. It may go on in pod {plan.Pod.Name}{(plan.Command.Limited ? $", for {options.Timeout.TotalSeconds:0} s at most" : "")}: {plan.Pending}.");
            throw;
        }
        finally
        {
            reporter.Progress(new ProgressUpdate(Activity, "done", 100, Completed: true));
        }

        fault = await LossAsync(options.Lock, ct) ?? fault;
        // Whatever became of the command, the database tells what is so.
        try
        {
            var after = await ListAsync(plan.Command, settings, options, reporter, ct);
            return Result(plan, runId, after, new Ending(code, output.Last, fault));
        }
        catch (DeployException e) when (fault is not null)
        {
            // The pod may be gone for the same reason: what happened first says more than that nothing can be read any more.
            throw new DeployException(fault.Id, fault.Category, $"{fault.Message} What is applied could not be read afterwards: {e.Message}", fault.Remedy, e) { Subject = plan.Pod.Name };
        }
    }

    // A command in a pod cannot be called back when the lock is lost; that it ran beside another run has to be said, and weighs more than how the command ended.
    private static async Task<DeployException?> LossAsync(DeploymentLock? held, CancellationToken ct)
    {
        try
        {
            if (held is not null) await held.ProveAsync(ct);
            return null;
        }
        catch (DeployException e) when (e.Id == "LockLost")
        {
            return new DeployException("LockLost", e.Category, $"The lock was lost while the migration ran: another run may have changed the deployment or the database meanwhile. {e.Message}", e.Remedy, e);
        }
    }

    private static async Task<MigrationList> ListAsync(PodCommand command, MigrationSettings settings, MigrationLimits options, IReporter reporter, CancellationToken ct)
    {
        var output = new CommandOutput(reporter.Verbose);
        var code = await command.RunAsync(settings.Status, options.Timeout, output, ct);
        return code == 0 ? MigrationList.Parse(output.Text) : throw new DeployException("MigrationStatusFailed", FaultCategory.InvalidOperation,
            $"The command 'migrations.status' ended with exit code {code}: {string.Join(" | ", output.Last.TakeLast(3))}", "Try the command in the pod; -Verbose shows all that it writes.");
    }

    private sealed record Ending(int? Code, IReadOnlyList<string> Output, DeployException? Fault);

    private static Migration Result(MigrationPlan plan, string runId, MigrationList after, Ending ending)
    {
        var (code, output, fault) = (ending.Code, ending.Output, ending.Fault);
        var ran = plan.Before.Pending.Count > 0;
        var clean = !ran || (code == 0 && fault is null);
        var status = clean && (!ran || after.Pending.Count == 0) ? StepStatus.Succeeded : fault?.Id == "ExecTimedOut" ? StepStatus.TimedOut : StepStatus.Failed;
        var how = !ran ? "none is needed" : fault is not null ? fault.Message : $"exit code {code}{(code == 0 ? "" : $": {string.Join(" | ", output.TakeLast(3))}")}";
        return new Migration(plan.Target, runId, status, MigrationChecks.Create(plan, after, clean, how))
        {
            Pod = plan.Pod.Name,
            Pending = plan.Before.Pending,
            Applied = after.Applied,
            ExitCode = code,
            Output = output,
            LimitedInPod = plan.Command.Limited,
            Image = plan.Pod.Image,
            Duration = plan.Timer.Elapsed,
        };
    }

    private static MigrationSettings SettingsOf(Target target) => target.Migrations ?? throw new DeployException("MigrationsNotConfigured", FaultCategory.InvalidOperation,
        $"Target {target.Name} does not say how its migrations are listed and run.", "Set 'migrations.status' and 'migrations.run' of the target.")
    { Subject = target.Name };
}
