using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Updates;

/// <summary>Checks the logs of freshly started pods against the configured patterns; all pods are read at once.</summary>
internal static class StartLogs
{
    private const int Lines = 2000;

    public static async Task<Check> CheckAsync(ClusterClient cluster, Target target, string container, IReadOnlyList<PodState> pods, CancellationToken ct)
    {
        var check = new Check("rollout.logs", "Update", "The new pods' logs show a healthy start", CheckStatus.Passed) { Started = TimeProvider.System.GetUtcNow() };
        var settings = target.Rollout;
        if (settings.StartMarker is null && settings.LogErrors.Count == 0)
        {
            return check with { Status = CheckStatus.Skipped, Evidence = "neither rollout.startMarker nor rollout.logErrors is configured" };
        }

        if (pods.Count == 0) return check with { Status = CheckStatus.Skipped, Evidence = "the Deployment wants no pods, so there are no logs" };
        var errors = settings.LogErrors.Select(LogPattern.Create).ToList();
        var marker = settings.StartMarker is null ? null : LogPattern.Create(settings.StartMarker);
        var findings = await Task.WhenAll(pods.Select(async pod =>
            Judge(pod.Name, await PodLogs.TailAsync(cluster, new LogTail(target.Namespace, pod.Name, container, Lines), ct), errors, marker)));
        check = check with { Duration = TimeProvider.System.GetUtcNow() - check.Started };
        var wrong = findings.Where(finding => finding is { IsWrong: true }).Select(finding => finding!.Text).ToList();
        if (wrong.Count > 0) return check with { Status = CheckStatus.Failed, Evidence = string.Join("; ", wrong), Remedy = "Read the pods' logs; correct the release, or the patterns under 'rollout'." };
        var undecided = findings.OfType<Finding>().Select(finding => finding.Text).ToList();
        return undecided.Count == 0
            ? check with { Evidence = $"{pods.Count} logs read: no error pattern{(marker is null ? "" : ", start marker seen")}" }
            : check with { Status = CheckStatus.Warning, Evidence = string.Join("; ", undecided), Remedy = "Simplify the pattern under 'rollout', so that it does not backtrack; read the log lines yourself." };
    }

    private static Finding? Judge(string pod, IReadOnlyList<string> lines, List<LogPattern> errors, LogPattern? marker)
    {
        Finding? undecided = null;
        foreach (var line in lines)
        {
            foreach (var error in errors)
            {
                var matches = error.Matches(line);
                if (matches == true) return new Finding($"{pod}: {line}", IsWrong: true);
                if (matches is null) undecided ??= Undecided(pod, error);
            }
        }

        if (marker is null) return undecided;
        var seen = lines.Select(marker.Matches).ToList();
        if (seen.Contains(true)) return undecided;
        return seen.Contains(null) ? undecided ?? Undecided(pod, marker) : new Finding($"{pod}: the start marker '{marker}' is not in its log", IsWrong: true);
    }

    private static Finding Undecided(string pod, LogPattern pattern) => new($"{pod}: the pattern '{pattern}' takes too long for a line of its log", IsWrong: false);

    private sealed record Finding(string Text, bool IsWrong);
}
