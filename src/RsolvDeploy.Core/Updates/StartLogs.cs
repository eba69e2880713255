using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Rollouts;

namespace RsolvDeploy.Updates;

/// <summary>
/// <c>rollout.logs</c>: checks the logs of freshly started pods against the configured patterns, from the start of their containers on. A
/// log without the start marker is followed for the patience of <see cref="RolloutCauses.StartMarkerMissing"/>. A log that cannot be read
/// shows nothing against the release: it is a warning with its reason.
/// </summary>
/// <param name="cluster">The cluster.</param>
/// <param name="target">The environment.</param>
/// <param name="container">The container whose log is read.</param>
/// <param name="time">The clock.</param>
internal sealed class StartLogs(ClusterClient cluster, Target target, string container, TimeProvider time)
{
    private const int AtOnce = 8;

    private readonly RolloutSettings _settings = target.Rollout;

    public async Task<CheckOutcome> EvaluateAsync(IReadOnlyList<PodState> pods, CancellationToken ct)
    {
        if (_settings.StartMarker is null && _settings.LogErrors.Count == 0)
            return CheckOutcome.Skipped("neither rollout.startMarker nor rollout.logErrors is configured");
        if (pods.Count == 0) return CheckOutcome.Skipped("the Deployment wants no pods, so there are no logs");

        using var gate = new SemaphoreSlim(AtOnce);
        var judged = await Task.WhenAll(pods.Select(pod => JudgeAsync(pod.Name, gate, ct)));
        var healthy = judged.Count(outcome => outcome.Result == CheckResult.Met);
        var gone = judged.Count(outcome => outcome.Result == CheckResult.Skipped);
        if (gone == pods.Count) return CheckOutcome.Warning("The pods were replaced before their logs were read", "Look at the new pods.");
        var worst = judged.FirstOrDefault(one => one.Result == CheckResult.NotMet)
            ?? judged.FirstOrDefault(one => one.Result == CheckResult.MetWithWarning);
        var outcome = worst is null
            ? CheckOutcome.Met($"{healthy} logs read: no error pattern{(_settings.StartMarker is null ? "" : ", start marker present")}")
            : worst with { Evidence = string.Join("; ", judged.Where(one => one.Result == worst.Result).Select(one => one.Evidence)) };
        return outcome.Compared(pods.Count - gone, healthy);
    }

    private async Task<CheckOutcome> JudgeAsync(string pod, SemaphoreSlim gate, CancellationToken ct)
    {
        await gate.WaitAsync(ct);
        try
        {
            var log = await ReadAsync(pod, follow: false, ct);
            return (log.AwaitsMarker ? await FollowAsync(pod, log, ct) : log).Judge(pod);
        }
        catch (DeployException e) when (e.Id is "NotFound" or "Invalid")
        {
            // An autoscaler or an eviction took the pod, or its container, after the rollout.
            return CheckOutcome.Skipped($"{pod} has no log any more");
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            var error = UnexpectedError.From(e);
            return CheckOutcome.Warning($"{pod}: the log was not read: {error.Message}", error.Remedy);
        }
        finally
        {
            gate.Release();
        }
    }

    // The pod serves; its application may write the marker a moment later.
    private async Task<StartLog> FollowAsync(string pod, StartLog read, CancellationToken ct)
    {
        if (_settings.PatienceFor(RolloutCauses.StartMarkerMissing) is not { } patience || patience == TimeSpan.Zero) return read;
        using var limit = new CancellationTokenSource(patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            return await ReadAsync(pod, follow: true, both.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return read;
        }
    }

    private async Task<StartLog> ReadAsync(string pod, bool follow, CancellationToken ct)
    {
        var log = new StartLog(_settings);
        var options = new LogOptions { Container = container, Follow = follow };
        await foreach (var line in cluster.ReadLogAsync(target.Namespace, pod, options, ct))
        {
            log.Read(line);
            if (log.IsDecided || (follow && !log.AwaitsMarker)) break;
        }

        return log;
    }
}
