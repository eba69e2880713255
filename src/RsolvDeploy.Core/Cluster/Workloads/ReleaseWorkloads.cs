using System.Text.Json.Nodes;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Json;

namespace RsolvDeploy.Cluster.Workloads;

/// <summary>The workloads of a release as one, for what reads the ConfigMaps and Secrets that its pods refer to.</summary>
internal static class ReleaseWorkloads
{
    private static readonly string[] Lists = ["containers", "initContainers", "volumes", "imagePullSecrets"];

    /// <summary>Reads the workloads. A release that is one Deployment is that Deployment.</summary>
    public static async Task<JsonObject> ReadAsync(ClusterClient cluster, Target target, CancellationToken ct) =>
        Merge(await Task.WhenAll(target.Workloads.Select(one =>
            cluster.GetAsync(WorkloadKinds.ResourceOf(one.Kind), target.Namespace, one.Name, ct))));

    /// <summary>An object whose pod template refers to everything that the templates of the workloads refer to.</summary>
    public static JsonObject Merge(IReadOnlyList<JsonObject> workloads)
    {
        if (workloads is [var only] && only.At("kind").Text() != "CronJob") return only;
        var spec = new JsonObject();
        foreach (var list in Lists)
        {
            spec[list] = new JsonArray([.. workloads
                .SelectMany(one => PodTemplate.Of(one).At("spec", list) as JsonArray ?? [])
                .Select(item => item?.DeepClone())]);
        }

        return new JsonObject { ["spec"] = new JsonObject { ["template"] = new JsonObject { ["spec"] = spec } } };
    }
}
