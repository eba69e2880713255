using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.Cluster.Workloads;

/// <summary>Reads the ends of containers' logs. A line that looks as if it held a credential is not repeated.</summary>
internal static class PodLogs
{
    /// <summary>The last lines of a container; of its ended instance when it was restarted. None when there is no log (yet, or any more).</summary>
    public static async Task<IReadOnlyList<string>> TailAsync(ClusterClient cluster, string ns, string pod, string? container, bool previous, int lines, CancellationToken ct)
    {
        var read = new List<string>();
        try
        {
            var options = new LogOptions { Container = container, Previous = previous, TailLines = lines };
            await foreach (var line in cluster.ReadLogAsync(ns, pod, options, ct)) read.Add(CredentialDetector.Recognize(line) is { } what ? $"(a line with {what} is left out)" : line);
        }
        catch (DeployException e) when (e.Id is "NotFound" or "Invalid")
        {
            // A container that never started has none, and the pod may be gone: the diagnosis is right without it.
            return read;
        }

        return read;
    }
}
