using RsolvDeploy.Checks;
using RsolvDeploy.Health;
using RsolvDeploy.Reporting;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Triggers;

/// <summary>Evaluates the configured rollback triggers, all at once.</summary>
/// <param name="context">The step's context.</param>
/// <param name="fired">Receives each trigger as it fires, as a failed check; one at a time.</param>
internal sealed class TriggerWatcher(StepContext context, Func<Check, Task> fired)
{
    /// <summary>What to do when a trigger fires.</summary>
    public const string Remedy = "Roll back with Undo-RsolvDeployment.";

    private static readonly TimeSpan DocumentPeriod = TimeSpan.FromSeconds(10);

    /// <summary>Whether a person can report also where no other trigger is watched.</summary>
    public bool AlwaysManual { get; init; }

    private delegate Task Watch(Func<CheckOutcome, Task> report, CancellationToken ct);

    /// <summary>Watches for a while. A trigger that fired fires again only after it was well in between.</summary>
    /// <remarks>What failed already before the deployment fires nothing: a rollback would not repair it.</remarks>
    /// <returns>The ids of the triggers that were watched.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(TimeSpan duration, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(duration, context.Clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
        using var one = new SemaphoreSlim(1);
        var watches = Configured().ToList();
        // A person can always report; but only that is nothing to watch for, unless the run goes on afterwards.
        if (watches.Count > 0 || AlwaysManual) watches.Add((CheckTable.TriggerManual, new ManualTrigger(context).WatchAsync));
        string[] watched = [.. watches.Select(watch => watch.Definition.Id)];
        var activity = $"Watching {context.Target.Name}";
        context.Reporter.Progress(new ProgressUpdate(activity, $"{string.Join(", ", watched)} for {duration}"));
        try
        {
            await Task.WhenAll(watches.Select(watch =>
                UntilEndAsync(watch.Watch, outcome => FireAsync(watch.Definition, outcome, one, limit.Token), limit)));
        }
        finally
        {
            await limit.CancelAsync();
            context.Reporter.Progress(new ProgressUpdate(activity, "done", 100, Completed: true));
        }

        ct.ThrowIfCancellationRequested();
        return watched;
    }

    private IEnumerable<(CheckDefinition Definition, Watch Watch)> Configured()
    {
        var (target, triggers) = (context.Target, context.Target.Triggers);
        if (triggers.CrashLoopLongerThan is { } longest)
            yield return (CheckTable.TriggerCrashLoop, new CrashLoopTrigger(context, longest).WatchAsync);
        if (triggers.ErrorRate is { } rate && target.Prometheus is { } prometheus)
            yield return (CheckTable.TriggerErrorRate, new ErrorRateWatcher(context, rate, prometheus).WatchAsync);
        if (target.Url is { } url)
        {
            var health = Endpoint.AddressOf(url, target.Health.Path);
            if (triggers.Health is { } failing && Worked(CheckTable.HealthStatus, CheckTable.TriggerHealth))
                yield return (CheckTable.TriggerHealth, new EndpointTrigger(context, health, failing).WatchAsync);
            if (triggers.Metrics is { } silent && Worked(CheckTable.HealthMetrics, CheckTable.TriggerMetrics))
            {
                yield return (
                    CheckTable.TriggerMetrics,
                    new EndpointTrigger(context, Endpoint.AddressOf(url, target.MetricsEndpoint.Path), silent).WatchAsync);
            }

            if (triggers.Database is { } database)
            {
                yield return (
                    CheckTable.TriggerDatabase,
                    new DocumentTrigger(context, health, database, triggers.Health?.Every ?? DocumentPeriod).WatchAsync);
            }
        }

        if (triggers.Database?.Log is { } log) yield return (CheckTable.TriggerDatabase, new LogWatcher(context, log).WatchAsync);
    }

    private bool Worked(CheckDefinition check, CheckDefinition trigger)
    {
        if (context.Baseline?.HealthFailing.Contains(check.Id) != true) return true;
        context.Reporter.Warning($"{trigger.Id} is not watched: {check.Id} failed already before the deployment.");
        return false;
    }

    private static async Task UntilEndAsync(Watch watch, Func<CheckOutcome, Task> report, CancellationTokenSource limit)
    {
        try
        {
            await watch(report, limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // The time is over, or the operator stopped it.
        }
        catch
        {
            await limit.CancelAsync(); // the others must not continue as if all were watched
            throw;
        }
    }

    private async Task FireAsync(CheckDefinition definition, CheckOutcome outcome, SemaphoreSlim one, CancellationToken ct)
    {
        await one.WaitAsync(ct);
        try
        {
            await fired(definition.ToCheck(outcome, CheckTimer.Start(context.Clock)));
        }
        finally
        {
            one.Release();
        }
    }
}
