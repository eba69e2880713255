using RsolvDeploy.Errors;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Deployments.SignOff;

/// <summary>
/// Closes a run that was signed off: records the sign-off in the history, and releases a lock that the run left behind. It is repeatable.
/// </summary>
/// <param name="context">The context of the step.</param>
internal sealed class RunClosing(StepContext context)
{
    /// <summary>Closes it. What fails is a warning.</summary>
    /// <param name="completed">The sign-off.</param>
    /// <param name="ct">Cancels.</param>
    public async Task RunAsync(RunCompleted completed, CancellationToken ct)
    {
        var head = context.Journal.Ledger.Head;
        await TryAsync("The history does not record the sign-off", () => RecordAsync(completed, head, ct), ct);
    }

    private async Task RecordAsync(RunCompleted completed, string head, CancellationToken ct)
    {
        try
        {
            await using var held = await context.AcquireLockAsync(default, ct);
            await new ReleaseHistory(context.Cluster, context.Target).CompleteAsync(context.RunId, completed, head, ct);
        }
        catch (DeployException e) when (e.Id == "DeploymentLocked")
        {
            // Another run deploys already: the history is written at its version, and that run's lock is its own.
            context.Reporter.Verbose($"The sign-off is recorded without the lock: {e.Message}");
            context.RecordWrites();
            await new ReleaseHistory(context.Cluster, context.Target).CompleteAsync(context.RunId, completed, head, ct);
        }
    }

    private async Task TryAsync(string failure, Func<Task> work, CancellationToken ct)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            var error = UnexpectedError.From(e);
            context.Reporter.Warning($"{failure}: {error.Message} {error.Remedy} Run Complete-RsolvDeployment again to repeat it.");
        }
    }
}
