using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Health;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Triggers;

/// <summary>Evaluates the configured rollback triggers, all at once, for as long as it is asked to.</summary>
internal static class TriggerWatcher
{
    /// <summary>Hands on each trigger as it fires; one that fired is told again only after it was well in between.</summary>
    /// <remarks>What failed already before the deployment fires nothing: going back would not mend it.</remarks>
    /// <returns>Which triggers were watched.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(ClusterClient cluster, Target target, Baseline? before, TimeSpan duration, Func<string, string, Task> fired, IReporter reporter, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(duration);
        var one = new SemaphoreSlim(1);
        var watched = new List<string>();
        var tasks = new List<Task>();
        void Start(string id, Func<Func<string, Task>, CancellationToken, Task> watch)
        {
            watched.Add(id);
            tasks.Add(UntilEndAsync(id, watch));
        }

        if (target.Triggers.CrashLoopLongerThan is { } longest) Start("trigger.crashloop", (tell, token) => CrashLoopTrigger.WatchAsync(cluster, target, longest, tell, token));
        if (target.Triggers.ErrorRate is { } rate && target.Prometheus is { } prometheus) Start("trigger.error-rate", (tell, token) => ErrorRateTrigger.WatchAsync(cluster, rate, before?.ErrorRate, prometheus, tell, reporter, token));
        if (target.Url is { } url)
        {
            if (target.Triggers.Health is { } health && Worked(HealthChecks.Status.Id, "trigger.health")) Start("trigger.health", (tell, token) => EndpointTrigger.WatchAsync(url, target.Health.Path, health, tell, token));
            if (target.Triggers.Metrics is { } metrics && Worked(HealthChecks.Metrics.Id, "trigger.metrics")) Start("trigger.metrics", (tell, token) => EndpointTrigger.WatchAsync(url, target.MetricsEndpoint.Path, metrics, tell, token));
            if (target.Triggers.Database is { } database)
                Start("trigger.database", (tell, token) => DocumentTrigger.WatchAsync(url, target.Health.Path, database, target.Triggers.Health?.Every ?? TimeSpan.FromSeconds(10), tell, token));
        }

        if (target.Triggers.Database?.Log is { } log) Start("trigger.database", (tell, token) => new LogWatcher(cluster, target, log, reporter).WatchAsync(tell, token));
        // A person can always say so; but only that is nothing to watch for.
        if (watched.Count > 0) Start("trigger.manual", (tell, token) => ManualTrigger.WatchAsync(cluster, target, tell, token));
        reporter.Progress(new ProgressUpdate($"Watching {target.Name}", $"{string.Join(", ", watched)} for {duration}"));
        try
        {
            await Task.WhenAll(tasks);
        }
        finally
        {
            await limit.CancelAsync();
            reporter.Progress(new ProgressUpdate($"Watching {target.Name}", "done", 100, Completed: true));
        }

        ct.ThrowIfCancellationRequested();
        return watched;

        bool Worked(string check, string trigger)
        {
            if (before?.HealthFailing.Contains(check) != true) return true;
            reporter.Warning($"{trigger} is not watched: {check} failed already before the deployment.");
            return false;
        }

        async Task UntilEndAsync(string id, Func<Func<string, Task>, CancellationToken, Task> watch)
        {
            try
            {
                await watch(evidence => TellAsync(id, evidence), limit.Token);
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested)
            {
                // The time is over, or somebody stopped it.
            }
            catch
            {
                await limit.CancelAsync(); // the others must not go on as if all were watched
                throw;
            }
        }

        async Task TellAsync(string id, string evidence)
        {
            await one.WaitAsync(limit.Token);
            try
            {
                await fired(id, evidence);
            }
            finally
            {
                one.Release();
            }
        }
    }
}
