using RsolvDeploy.Checks;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Migrations;

/// <summary>Lists the migrations of a database, runs the pending ones, and verifies that none is pending afterwards.</summary>
internal static class MigrationRunner
{
    private const string Activity = "Migrating the database";
    private const int LinesShown = 3;

    /// <summary>Lists the migrations; changes nothing.</summary>
    /// <exception cref="DeployException">Among others <c>MigrationsNotConfigured</c>, <c>MigrationStatusFailed</c> and
    /// <c>MigrationListUnreadable</c>.</exception>
    public static async Task<MigrationPlan> PlanAsync(StepContext context, string? pod, MigrationLimits limits, CancellationToken ct)
    {
        var settings = SettingsOf(context.Target);
        var timer = CheckTimer.Start(context.Clock);
        await ClusterGuard.RefuseOtherClusterAsync(context.Cluster, context.Target, ct);
        var found = await MigrationPod.FindAsync(context.Cluster, context.Target, pod, ct);
        var command = await PodCommand.PrepareAsync(context, found, ct);
        if (!command.IsLimited)
            context.Reporter.Verbose($"Pod {found.Name} has no 'timeout': the pod does not end a command that exceeds its time limit.");
        var list = await ListAsync(command, settings, limits, context.Reporter, ct);
        return new MigrationPlan(context.Target, found, command, list, timer);
    }

    /// <summary>Runs the pending migrations and lists the migrations again.</summary>
    /// <exception cref="StepException">The command was sent, but the migrations cannot be listed afterwards; it carries the
    /// failed result.</exception>
    public static async Task<Migration> ApplyAsync(StepContext context, MigrationPlan plan, MigrationLimits limits, CancellationToken ct)
    {
        var result = new MigrationOutcome(plan, context.RunId);
        if (plan.Before.Pending.Count == 0) return result.NotNeeded();
        ClusterGuard.RefuseProtected(plan.Target);
        if (limits.Lock is { } held) await held.ProveAsync(ct);
        var end = await RunAsync(context, plan, limits, ct);
        try
        {
            // Whatever the command returned, the database shows what is applied.
            return result.Verified(await ListAsync(plan.Command, SettingsOf(plan.Target), limits, context.Reporter, ct), end);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            throw result.Unverified(end, UnexpectedError.From(e));
        }
    }

    private static async Task<CommandEnd> RunAsync(StepContext context, MigrationPlan plan, MigrationLimits limits, CancellationToken ct)
    {
        var reporter = context.Reporter;
        var output = new CommandOutput(line =>
        {
            reporter.Verbose(line);
            reporter.Progress(new ProgressUpdate(Activity, line));
        });
        int? code = null;
        DeployException? error = null;
        try
        {
            code = await plan.Command.RunAsync(SettingsOf(plan.Target).Run, limits.Timeout, output, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            error = UnexpectedError.From(e);
        }
        catch
        {
            var limit = plan.Command.IsLimited ? $", for {limits.Timeout.TotalSeconds:0} s at most" : "";
            reporter.Warning($"The wait for the migration was cancelled. It may continue in pod {plan.Pod.Name}{limit}: {plan.Pending}.");
            throw;
        }
        finally
        {
            reporter.Progress(new ProgressUpdate(Activity, "done", 100, Completed: true));
        }

        return new CommandEnd(code, output.LastLines, await FindLostLockAsync(limits.Lock, ct) ?? error);
    }

    // A command in a pod cannot be stopped when the lock is lost. That it ran beside another run matters more than how it ended.
    private static async Task<DeployException?> FindLostLockAsync(DeploymentLock? held, CancellationToken ct)
    {
        try
        {
            if (held is not null) await held.ProveAsync(ct);
            return null;
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            var error = UnexpectedError.From(e);
            if (error.Id != "LockLost") return error;
            return new DeployException("LockLost", error.Category,
                "The lock was lost while the migration ran: another run may have changed the deployment or the database meanwhile. "
                    + $"{error.Message}",
                error.Remedy, error);
        }
    }

    private static async Task<MigrationList> ListAsync(
        PodCommand command, MigrationSettings settings, MigrationLimits limits, IReporter reporter, CancellationToken ct)
    {
        var output = new CommandOutput(reporter.Verbose);
        var code = await command.RunAsync(settings.Status, limits.Timeout, output, ct);
        if (code != 0)
        {
            throw new DeployException("MigrationStatusFailed", FaultCategory.InvalidOperation,
                $"The command 'migrations.status' ended with exit code {code}: {string.Join(" | ", output.LastLines.TakeLast(LinesShown))}",
                "Run the command in the pod; -Verbose shows its whole output.");
        }

        return output.IsTruncated
            ? throw MigrationList.Unreadable("it prints more than 4 MiB", "Have 'migrations.status' print the list alone.")
            : MigrationList.Parse(output.Text);
    }

    private static MigrationSettings SettingsOf(Target target) => target.Migrations ?? throw new DeployException(
        "MigrationsNotConfigured", FaultCategory.InvalidOperation,
        $"Target {target.Name} does not configure how its migrations are listed and run.",
        "Set 'migrations.status' and 'migrations.run' of the target.")
    { Subject = target.Name };
}
