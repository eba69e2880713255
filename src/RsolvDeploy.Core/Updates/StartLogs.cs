using System.Text.RegularExpressions;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Updates;

/// <summary>Judges the logs of freshly started pods by the configured patterns; all pods are read at once.</summary>
internal static class StartLogs
{
    private const int Lines = 2000;
    private static readonly TimeSpan PatternLimit = TimeSpan.FromSeconds(2);

    public static async Task<Check> CheckAsync(ClusterClient cluster, Target target, string container, IReadOnlyList<PodState> pods, CancellationToken ct)
    {
        var check = new Check("rollout.logs", "Update", "The new pods' logs show a healthy start", CheckStatus.Passed) { Started = DateTimeOffset.UtcNow };
        var settings = target.Rollout;
        if (settings.StartMarker is null && settings.LogErrors.Count == 0)
        {
            return check with { Status = CheckStatus.Skipped, Evidence = "neither rollout.startMarker nor rollout.logErrors is configured" };
        }

        if (pods.Count == 0) return check with { Status = CheckStatus.Skipped, Evidence = "the Deployment wants no pods, so there are no logs" };
        var errors = settings.LogErrors.Select(pattern => new Regex(pattern, RegexOptions.None, PatternLimit)).ToList();
        var marker = settings.StartMarker is null ? null : new Regex(settings.StartMarker, RegexOptions.None, PatternLimit);
        var findings = await Task.WhenAll(pods.Select(pod => JudgeAsync(cluster, target.Namespace, pod.Name, container, errors, marker, ct)));
        var wrong = findings.OfType<string>().ToList();
        check = check with { Duration = DateTimeOffset.UtcNow - check.Started };
        return wrong.Count == 0
            ? check with { Evidence = $"{pods.Count} logs read: no error pattern{(marker is null ? "" : ", start marker seen")}" }
            : check with { Status = CheckStatus.Failed, Evidence = string.Join("; ", wrong), Remedy = "Read the pods' logs; correct the release, or the patterns under 'rollout'." };
    }

    private static async Task<string?> JudgeAsync(ClusterClient cluster, string ns, string pod, string container, List<Regex> errors, Regex? marker, CancellationToken ct)
    {
        var lines = await PodLogs.TailAsync(cluster, ns, pod, container, previous: false, Lines, ct);
        if (lines.FirstOrDefault(line => errors.Any(error => error.IsMatch(line))) is { } bad) return $"{pod}: {bad}";
        return marker is null || lines.Any(marker.IsMatch) ? null : $"{pod}: the start marker '{marker}' is not in its log";
    }
}
