using RsolvDeploy.Checks;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Updates;

/// <summary>
/// <c>rollout.logs</c>: checks the logs of freshly started pods against the configured patterns; all pods are read at once.
/// </summary>
/// <param name="cluster">The cluster.</param>
/// <param name="target">The environment.</param>
/// <param name="container">The container whose log is read.</param>
internal sealed class StartLogs(ClusterClient cluster, Target target, string container)
{
    private const int Lines = 2000;

    public async Task<CheckOutcome> EvaluateAsync(IReadOnlyList<PodState> pods, CancellationToken ct)
    {
        var settings = target.Rollout;
        if (settings.StartMarker is null && settings.LogErrors.Count == 0)
            return CheckOutcome.Skipped("neither rollout.startMarker nor rollout.logErrors is configured");
        if (pods.Count == 0) return CheckOutcome.Skipped("the Deployment wants no pods, so there are no logs");

        var errors = settings.LogErrors.Select(LogPattern.Create).ToList();
        var marker = settings.StartMarker is null ? null : LogPattern.Create(settings.StartMarker);
        var judged = await Task.WhenAll(pods.Select(async pod =>
            Judge(
                pod.Name,
                await PodLogs.TailAsync(cluster, new LogTail(target.Namespace, pod.Name, container, Lines), ct),
                errors,
                marker)));
        var healthy = judged.Count(outcome => outcome.Result == CheckResult.Met);
        var worst = judged.FirstOrDefault(one => one.Result == CheckResult.NotMet)
            ?? judged.FirstOrDefault(one => one.Result == CheckResult.MetWithWarning);
        var outcome = worst is null
            ? CheckOutcome.Met($"{pods.Count} logs read: no error pattern{(marker is null ? "" : ", start marker present")}")
            : worst with { Evidence = string.Join("; ", judged.Where(one => one.Result == worst.Result).Select(one => one.Evidence)) };
        return outcome.Compared(pods.Count, healthy);
    }

    private static CheckOutcome Judge(string pod, IReadOnlyList<string> lines, List<LogPattern> errors, LogPattern? marker)
    {
        CheckOutcome? undecided = null;
        foreach (var line in lines)
        {
            foreach (var error in errors)
            {
                var matches = error.Matches(line);
                if (matches == true) return Wrong($"{pod}: {line}");
                if (matches is null) undecided ??= Undecided(pod, error);
            }
        }

        var marked = marker is null ? [true] : lines.Select(marker.Matches).ToList();
        if (marked.Contains(true)) return undecided ?? CheckOutcome.Met(pod);
        return marked.Contains(null)
            ? undecided ?? Undecided(pod, marker!)
            : Wrong($"{pod}: the start marker '{marker}' is not in its log");
    }

    private static CheckOutcome Wrong(string evidence) =>
        CheckOutcome.NotMet(evidence, "Read the pods' logs; correct the release, or the patterns under 'rollout'.");

    private static CheckOutcome Undecided(string pod, LogPattern pattern) => CheckOutcome.Warning(
        $"{pod}: the pattern '{pattern}' takes too long for a line of its log",
        "Simplify the pattern under 'rollout', so that it does not backtrack; read the log lines yourself.");
}
