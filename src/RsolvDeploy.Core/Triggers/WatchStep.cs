using System.Text.Json.Serialization.Metadata;
using RsolvDeploy.Errors;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Triggers;

/// <summary>
/// Watches a deployment for a while, outputs each rollback trigger as it fires, and rolls back at the first one when the options say so.
/// </summary>
internal sealed class WatchStep : IStep<WatchOptions, Watch>
{
    /// <inheritdoc/>
    public StepKind Kind => StepKind.Watch;

    /// <inheritdoc/>
    public string FailureId => "WatchFailed";

    /// <inheritdoc/>
    public bool ActsOnFailure => true;

    /// <inheritdoc/>
    public bool OnlyMeasures => true;

    /// <inheritdoc/>
    public JsonTypeInfo<WatchOptions> OptionsJson => WatchJson.Default.WatchOptions;

    /// <inheritdoc/>
    public Watch WithoutResult(StepContext context, StepStatus status, string reason) => new(context.Target, context.RunId, status, []);

    // A trigger that fires is the result of the watch, not an error.
    /// <inheritdoc/>
    public DeployException? ErrorOf(Watch result) => null;

    /// <inheritdoc/>
    public async Task<Watch> RunAsync(StepContext context, WatchOptions options, CancellationToken ct)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var fired = new List<Check>();
        FiredTrigger? first = null;
        try
        {
            var watched = await new TriggerWatcher(context, FiredAsync).RunAsync(options.For, ended.Token);
            if (watched.Count == 0) throw NoTriggers(context.Target);
        }
        catch (OperationCanceledException) when (first is not null && !ct.IsCancellationRequested)
        {
            var output = first;
            try
            {
                output = await RollBackAsync(context, options, first, ct);
            }
            finally
            {
                // A rollback that is refused does not hide the trigger.
                await context.Emit(output, ct);
            }
        }

        return new Watch(context.Target, context.RunId, fired.Count == 0 ? StepStatus.Succeeded : StepStatus.Failed, fired.ToArray());

        async Task FiredAsync(Check check)
        {
            var trigger = new FiredTrigger(context.Target, context.RunId, check.Id, check.Started, check.Evidence)
            {
                Checks = [check],
                Baseline = context.Baseline,
            };
            fired.Add(check);
            if (!options.Rollback)
            {
                await context.Emit(trigger, ct);
                return;
            }

            first ??= trigger;
            await ended.CancelAsync(); // one rollback is enough
        }
    }

    private static async Task<FiredTrigger> RollBackAsync(
        StepContext context, WatchOptions options, FiredTrigger trigger, CancellationToken ct)
    {
        var rollback = await new RollbackStep().RunAsync(
            context,
            new RollbackOptions
            {
                Reason = $"{trigger.Id}: {trigger.Evidence}",
                AllowSchemaMismatch = options.AllowSchemaMismatch,
                Unattended = true,
            },
            ct);
        return rollback.Status == StepStatus.Planned ? trigger : trigger with { Rollback = rollback };
    }

    private static DeployException NoTriggers(Target target) =>
        new("NoTriggers", FaultCategory.InvalidOperation, $"Target {target.Name} configures no trigger to watch.",
            "Set 'triggers' of the target, and 'url' or 'prometheus' for those that need them.")
        { Subject = target.Name };
}
