using System.Diagnostics;
using System.Globalization;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Exec;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Migrations;

/// <summary>Runs the configured commands in one pod, with the time limited in the pod too where it has <c>timeout</c>.</summary>
internal sealed class PodCommand(ClusterClient cluster, string ns, MigrationPod pod, bool limited)
{
    // GNU says 124, busybox hands on the signal, -k kills.
    private static readonly int[] EndedByTimeout = [124, 137, 143];
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    /// <summary>Whether the pod itself ends what takes too long.</summary>
    public bool Limited => limited;

    /// <summary>Looks whether the pod has <c>timeout</c>.</summary>
    public static async Task<PodCommand> PrepareAsync(ClusterClient cluster, string ns, MigrationPod pod, CancellationToken ct)
    {
        try
        {
            var code = await cluster.ExecAsync(new ExecRequest(ns, pod.Name, pod.Container, ["timeout", "-k", "5", "5", "true"]), ct);
            return new PodCommand(cluster, ns, pod, code == 0);
        }
        catch (DeployException e) when (e.Id == "ExecRefused")
        {
            return new PodCommand(cluster, ns, pod, limited: false);
        }
    }

    /// <summary>Runs a command to its end; the exit code.</summary>
    /// <exception cref="DeployException"><c>ExecTimedOut</c>: it took too long.</exception>
    public async Task<int> RunAsync(IReadOnlyList<string> command, TimeSpan limit, CommandOutput output, CancellationToken ct)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(limit.TotalSeconds));
        IReadOnlyList<string> whole = limited ? ["timeout", "-k", "5", seconds.ToString(CultureInfo.InvariantCulture), .. command] : command;
        var clock = Stopwatch.StartNew();
        var request = new ExecRequest(ns, pod.Name, pod.Container, whole) { Output = output, Errors = output, Limit = limited ? limit + Grace : limit };
        try
        {
            var code = await cluster.ExecAsync(request, ct);
            if (!limited || !EndedByTimeout.Contains(code) || clock.Elapsed < TimeSpan.FromSeconds(seconds)) return code;
        }
        finally
        {
            output.Complete();
        }

        throw new DeployException("ExecTimedOut", FaultCategory.OperationTimeout, $"'{command[0]}' was ended in pod {pod.Name} after {seconds} s, its time limit.", "Allow more time with -Timeout or 'migrations.timeout'.");
    }
}
