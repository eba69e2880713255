using System.Globalization;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Errors;
using RsolvDeploy.Rollouts;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Smoke;

/// <summary><c>smoke.logs</c>: the logs of all pods since the rollout show none of the error patterns, before a restart either.</summary>
/// <param name="context">The step's context.</param>
/// <param name="pods">The pods of the release.</param>
internal sealed class LogChecks(StepContext context, Task<SmokePods> pods)
{
    private const int AtOnce = 8;
    private const int MostShown = 5;
    private const string Correct = "Read the pods' logs; correct the release, or the patterns under rollout.logErrors.";

    private readonly RolloutSettings _patterns = context.Target.Rollout with { StartMarker = null };

    public async Task<IReadOnlyList<Check>> EvaluateAsync(CancellationToken ct) =>
        [await context.EvaluateAsync(CheckTable.SmokeLogs, () => MeasureAsync(ct), ct)];

    private async Task<CheckOutcome> MeasureAsync(CancellationToken ct)
    {
        if (_patterns.LogErrors.Count == 0) return CheckOutcome.Skipped("rollout.logErrors is not configured");
        var release = await pods;
        if (release.Pods.Count == 0) return CheckOutcome.Skipped("no pod runs, so there are no logs");

        using var gate = new SemaphoreSlim(AtOnce);
        var logs = await Task.WhenAll(release.Pods.Select(pod => JudgeAsync(pod, release.Since, gate, ct)));
        var judged = logs.SelectMany(one => one).ToList();
        var wrong = judged.FindAll(outcome => outcome.Result != CheckResult.Met);
        if (wrong.Count == 0)
        {
            return CheckOutcome.Met(string.Create(
                CultureInfo.InvariantCulture,
                $"{judged.Count} logs of {release.Pods.Count} pods since {release.Since:HH:mm:ss} UTC: no error pattern")).Compared(0, 0);
        }

        var errors = wrong.FindAll(outcome => outcome.Result == CheckResult.NotMet);
        var shown = errors.Count > 0 ? errors : wrong;
        return shown[0] with
        {
            Evidence = $"{shown.Count} of {judged.Count} logs: "
                + string.Join("; ", shown.Take(MostShown).Select(outcome => outcome.Evidence)),
            Remedy = errors.Count > 0 ? Correct : shown[0].Remedy,
            Expected = 0,
            Actual = errors.Count,
        };
    }

    private async Task<IReadOnlyList<CheckOutcome>> JudgeAsync(
        SmokePod pod, DateTimeOffset since, SemaphoreSlim gate, CancellationToken ct)
    {
        await gate.WaitAsync(ct);
        try
        {
            // A pod that is older than the rollout is judged by what it wrote since.
            int? seconds = pod.Created < since ? (int)Math.Ceiling((context.Cluster.Now - since).TotalSeconds) + 1 : null;
            var options = new LogOptions { Container = pod.Container, SinceSeconds = seconds };
            var current = await ReadAsync(pod.Name, options, ct);
            if (pod.Restarts == 0) return [current.Judge(pod.Name)];
            var previous = await ReadAsync(pod.Name, options with { Previous = true }, ct);
            return [current.Judge(pod.Name), previous.Judge($"{pod.Name} before its last restart")];
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<StartLog> ReadAsync(string pod, LogOptions options, CancellationToken ct)
    {
        var log = new StartLog(_patterns);
        try
        {
            await foreach (var line in context.Cluster.ReadLogAsync(context.Target.Namespace, pod, options, ct))
            {
                log.Read(line);
                if (log.IsDecided) break;
            }
        }
        catch (DeployException e) when (
            e.Id is "NotFound" or "Invalid" || (options.Previous && e.Id == "LogUnavailable"))
        {
            // The pod is gone, or the node has removed the log of the instance before.
        }

        return log;
    }
}
