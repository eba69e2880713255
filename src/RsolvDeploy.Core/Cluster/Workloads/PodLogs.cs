using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.Cluster.Workloads;

/// <summary>Reads the ends of containers' logs. What looks like a credential is removed.</summary>
internal static class PodLogs
{
    /// <summary>The last lines of the container instance that ended, or else of the running one; none when there is no log.</summary>
    /// <exception cref="ApiException"><c>LogUnavailable</c>: the node can read neither.</exception>
    public static async Task<IReadOnlyList<string>> TailOfEndedAsync(ClusterClient cluster, LogTail tail, CancellationToken ct)
    {
        ApiException? unread = null;
        // A node may remove the log of an ended instance while the next one starts, whose log is then soon the previous one.
        foreach (var previous in (bool[])[true, false, true])
        {
            try
            {
                var lines = await TailAsync(cluster, tail with { Previous = previous }, ct);
                if (lines.Count > 0) return lines;
            }
            catch (ApiException e) when (e.Id == "LogUnavailable")
            {
                unread = e;
            }

            if (!previous && unread is null) break;
        }

        return unread is null ? [] : throw unread;
    }

    /// <summary>The last lines of a container's log; none when there is no log (yet, or any more).</summary>
    public static async Task<IReadOnlyList<string>> TailAsync(ClusterClient cluster, LogTail tail, CancellationToken ct)
    {
        var read = new List<string>();
        try
        {
            var options = new LogOptions { Container = tail.Container, Previous = tail.Previous, TailLines = tail.Lines };
            await foreach (var line in cluster.ReadLogAsync(tail.Namespace, tail.Pod, options, ct))
            {
                read.Add(TextRedaction.Apply(line));
                if (read.Count >= tail.Lines) break; // a server may send more than it was asked for
            }
        }
        catch (DeployException e) when (e.Id is "NotFound" or "Invalid")
        {
            // A container that never started has no log, and the pod may be gone: the diagnosis holds without it.
            return read;
        }

        return read;
    }
}
