using RsolvDeploy.Configuration.Schema;
using static RsolvDeploy.Configuration.SchemaParts;
using F = RsolvDeploy.Configuration.Schema.TextFormats;

namespace RsolvDeploy.Configuration;

/// <summary>The workloads of a release.</summary>
internal static class WorkloadSchema
{
    /// <summary>The keys of which a target has exactly one.</summary>
    public static readonly string[] Alternatives = ["deployment", "workloads"];

    /// <summary>The keys that a target cannot have both.</summary>
    public static readonly (string Left, string Right, string Remedy) Apart = ("workloads", "kustomize",
        "An overlay is applied for one Deployment only: set 'deployment' instead of 'workloads', or remove 'kustomize' (null takes away "
            + "what is inherited).");

    /// <summary>A list of workloads; its order is the order of the update.</summary>
    public static readonly ObjectListSchema List = new(
        new ObjectSchema(
            Key("kind", For(F.WorkloadKind), "The kind: Deployment, StatefulSet, DaemonSet or CronJob.") with { Required = true },
            Key("name", For(F.KubernetesName), "The name of the workload.") with { Required = true },
            Key("container", For(F.KubernetesLabel), "Its container whose image is deployed; the target's when it is not given."),
            Key("alsoContainers", new ListSchema(For(F.KubernetesLabel)), "More containers of it that get the same image."))
        { Atomic = true },
        "name")
    {
        Kind = "kind",
        IsReplaced = true,
        Least = 1,
    };
}
