using RsolvDeploy.Configuration.Schema;

namespace RsolvDeploy.Configuration;

/// <summary>Reads the workloads of a target.</summary>
internal static class TargetWorkloads
{
    /// <summary>The configured workloads; none when the target has only a Deployment.</summary>
    public static IReadOnlyList<Workload> Read(Settings settings) => [.. settings.Items("workloads").Select(item => Read(item, settings))];

    /// <summary>The workload whose name the lock and the history bear: the first Deployment, or the first workload.</summary>
    public static Workload Main(Settings settings)
    {
        var workloads = Read(settings);
        return workloads.FirstOrDefault(one => one.Kind == WorkloadKind.Deployment) ?? workloads[0];
    }

    // A workload that names no containers of its own gets those of the target.
    private static Workload Read(Settings item, Settings target)
    {
        var own = item.Text("container") is not null || item.Texts("alsoContainers").Count > 0 ? item : target;
        return new Workload(Enum.Parse<WorkloadKind>(item.NeededText("kind")), item.NeededText("name"))
        {
            Container = own.Text("container"),
            AlsoContainers = own.Texts("alsoContainers"),
        };
    }
}
