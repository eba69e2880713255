using System.Text.RegularExpressions;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Updates;

/// <summary><c>rollout.logs</c>: judges the logs of freshly started pods by the configured patterns; all pods are read at once.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="target">The environment.</param>
/// <param name="container">The container whose log is read.</param>
internal sealed class StartLogs(ClusterClient cluster, Target target, string container)
{
    private const int Lines = 2000;
    private static readonly TimeSpan PatternLimit = TimeSpan.FromSeconds(2);

    public async Task<CheckOutcome> EvaluateAsync(IReadOnlyList<PodState> pods, CancellationToken ct)
    {
        var settings = target.Rollout;
        if (settings.StartMarker is null && settings.LogErrors.Count == 0)
            return CheckOutcome.Skipped("neither rollout.startMarker nor rollout.logErrors is configured");
        if (pods.Count == 0) return CheckOutcome.Skipped("the Deployment wants no pods, so there are no logs");

        var errors = settings.LogErrors.Select(pattern => new Regex(pattern, RegexOptions.None, PatternLimit)).ToList();
        var marker = settings.StartMarker is null ? null : new Regex(settings.StartMarker, RegexOptions.None, PatternLimit);
        var wrong = (await Task.WhenAll(pods.Select(pod => FindErrorAsync(pod.Name, errors, marker, ct)))).OfType<string>().ToList();
        return CheckOutcome.MetIf(wrong.Count == 0,
            wrong.Count == 0 ? $"{pods.Count} logs read: no error pattern{(marker is null ? "" : ", start marker present")}" : string.Join("; ", wrong),
            "Read the pods' logs; correct the release, or the patterns under 'rollout'.").Compared(pods.Count, pods.Count - wrong.Count);
    }

    private async Task<string?> FindErrorAsync(string pod, List<Regex> errors, Regex? marker, CancellationToken ct)
    {
        var lines = await PodLogs.TailAsync(cluster, target.Namespace, pod, container, previous: false, Lines, ct);
        if (lines.FirstOrDefault(line => errors.Any(error => error.IsMatch(line))) is { } bad) return $"{pod}: {bad}";
        return marker is null || lines.Any(marker.IsMatch) ? null : $"{pod}: the start marker '{marker}' is not in its log";
    }
}
