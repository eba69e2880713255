using System.Globalization;
using System.Text.Json.Serialization;
using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Triggers;

/// <summary>
/// Watches a deployment for a while, outputs each rollback trigger as it fires, and rolls back at the first one when the options say so.
/// </summary>
internal sealed class WatchStep : IStep<WatchOptions, Watch>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public StepKind Kind => StepKind.Watch;

    /// <inheritdoc/>
    public string FailureId => "WatchFailed";

    /// <inheritdoc/>
    public bool ActsOnFailure => true;

    /// <inheritdoc/>
    public bool OnlyMeasures => true;

    /// <inheritdoc/>
    public JsonSerializerContext OptionsJson => WatchJson.Default;

    /// <inheritdoc/>
    public Watch WithoutResult(StepContext context, StepStatus status, string reason) => new(context.Target, context.RunId, status, []);

    // A trigger that fires is the result of the watch, not an error; a phase of a run fails by it.
    /// <inheritdoc/>
    public DeployException? ErrorOf(Watch result) => result.IsPhase ? StepError.From(result, FailureId) : null;

    /// <inheritdoc/>
    public async Task<Watch> RunAsync(StepContext context, WatchOptions options, CancellationToken ct)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var (fired, watched) = (new List<Check>(), (IReadOnlyList<string>)[]);
        FiredTrigger? first = null;
        var observer = new WatchObserver(context);
        var watcher = new TriggerWatcher(context, FiredAsync) { AlwaysManual = options.IsPhase };
        try
        {
            var time = options.IsPhase ? TimeLeft(context, options) : options.For;
            watched = await WatchAsync(observer, watcher, time, ended.Token);
            if (watched.Count == 0) throw NoTriggers(context.Target);
        }
        catch (OperationCanceledException) when (first is not null && !ct.IsCancellationRequested)
        {
            if (!options.IsPhase) await RollBackAndEmitAsync(context, options, first, ct);
        }

        if (options.IsPhase && fired.Count == 0) fired.AddRange(Quiet(context, watched, options.For));
        fired.AddRange(observer.Checks());
        var status = fired.Exists(check => check.Status == CheckStatus.Failed) ? StepStatus.Failed : StepStatus.Succeeded;
        return new Watch(context.Target, context.RunId, status, fired.ToArray()) { IsPhase = options.IsPhase };

        async Task FiredAsync(Check check)
        {
            var trigger = new FiredTrigger(context.Target, context.RunId, check.Id, check.Started, check.Evidence)
            {
                Checks = [check],
                Baseline = context.Baseline,
            };
            fired.Add(check);
            if (options is { Rollback: false, IsPhase: false })
            {
                await context.Emit(trigger, ct);
                return;
            }

            first ??= trigger;
            await ended.CancelAsync(); // one rollback is enough
        }
    }

    // A phase that is resumed, on whatever machine, ends when it would have ended.
    private static TimeSpan TimeLeft(StepContext context, WatchOptions options)
    {
        var facts = context.Resumed?.Facts(WatchJson.Default.WatchFacts) ?? new WatchFacts(context.Clock.GetUtcNow() + options.For);
        context.Journal.Start(facts, WatchJson.Default);
        var left = facts.Until - context.Clock.GetUtcNow();
        // At least for a second: what is wrong now has to be seen.
        return left > Shortest ? left : Shortest;
    }

    // Alerts and the dashboard are observed beside the triggers.
    private static async Task<IReadOnlyList<string>> WatchAsync(
        WatchObserver observer, TriggerWatcher watcher, TimeSpan time, CancellationToken ct)
    {
        using var observing = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var observation = observer.RunAsync(observing.Token);
        try
        {
            return await watcher.RunAsync(time, ct);
        }
        finally
        {
            await observing.CancelAsync();
            await observation;
        }
    }

    private static IEnumerable<Check> Quiet(StepContext context, IReadOnlyList<string> watched, TimeSpan time) =>
        watched.Distinct().Select(id => CheckTable.Find(id)!.ToCheck(
            CheckOutcome.Met($"did not fire in {time.ToString("h':'mm':'ss", CultureInfo.InvariantCulture)}"),
            CheckTimer.Start(context.Clock)));

    private static async Task RollBackAndEmitAsync(StepContext context, WatchOptions options, FiredTrigger first, CancellationToken ct)
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
