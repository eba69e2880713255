using System.Globalization;
using RsolvDeploy.Cluster.Exec;
using RsolvDeploy.Errors;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Migrations;

/// <summary>Runs the configured commands in one pod. Where the pod has <c>timeout</c>, it limits their time there too.</summary>
internal sealed class PodCommand(StepContext context, MigrationPod pod, bool limited)
{
    // GNU returns 124, busybox the signal's code, -k kills.
    private static readonly int[] EndedByTimeout = [124, 137, 143];
    private static readonly TimeSpan GracePeriod = TimeSpan.FromSeconds(15);

    // The pod measures the limit with its own timer, which may fire a little earlier than ours.
    private static readonly TimeSpan TimerDifference = TimeSpan.FromMilliseconds(250);

    /// <summary>Whether the pod itself ends a command that exceeds its time limit.</summary>
    public bool IsLimited => limited;

    /// <summary>Finds out whether the pod has <c>timeout</c>.</summary>
    public static async Task<PodCommand> PrepareAsync(StepContext context, MigrationPod pod, CancellationToken ct)
    {
        try
        {
            var request = new ExecRequest(context.Target.Namespace, pod.Name, pod.Container, ["timeout", "-k", "5", "5", "true"]);
            return new PodCommand(context, pod, await context.Cluster.ExecAsync(request, ct) == 0);
        }
        catch (DeployException e) when (e.Id == "ExecRefused")
        {
            return new PodCommand(context, pod, limited: false);
        }
    }

    /// <summary>Runs a command to its end; returns its exit code.</summary>
    /// <exception cref="DeployException"><c>ExecTimedOut</c>: it exceeded the time limit.</exception>
    public async Task<int> RunAsync(IReadOnlyList<string> command, TimeSpan limit, CommandOutput output, CancellationToken ct)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(limit.TotalSeconds));
        IReadOnlyList<string> whole = limited
            ? ["timeout", "-k", "5", seconds.ToString(CultureInfo.InvariantCulture), .. command]
            : command;
        var started = context.Clock.GetTimestamp();
        var request = new ExecRequest(context.Target.Namespace, pod.Name, pod.Container, whole)
        {
            Output = output.Output,
            Errors = output.Errors,
            Limit = limited ? limit + GracePeriod : limit,
        };
        try
        {
            var code = await context.Cluster.ExecAsync(request, ct);
            var early = context.Clock.GetElapsedTime(started) < TimeSpan.FromSeconds(seconds) - TimerDifference;
            if (!limited || !EndedByTimeout.Contains(code) || early) return code;
        }
        finally
        {
            output.Complete();
        }

        throw new DeployException("ExecTimedOut", FaultCategory.OperationTimeout,
            $"'{command[0]}' was ended in pod {pod.Name} after {seconds} s, its time limit.",
            "Allow more time with -Timeout or 'migrations.timeout'.");
    }
}
