using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Transport;
using RsolvDeploy.Rollouts;

namespace RsolvDeploy.Environments;

/// <summary>Has the server try the change of the image without making it: validation, admission and quota all speak.</summary>
internal static class DryRun
{
    public static async Task<Found> LookAsync(ClusterClient cluster, Target target, JsonObject deployment, string? image, CancellationToken ct)
    {
        DeploymentReading.RefusePaused(deployment, target);
        var container = DeploymentReading.Container(deployment, target);
        var wanted = image ?? DeploymentReading.Image(deployment.At("spec", "template"), container);
        var patch = new JsonObject
        {
            ["spec"] = new JsonObject
            {
                ["template"] = new JsonObject
                {
                    ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["rsolv.dev/dry-run"] = "true" } },
                    ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = container, ["image"] = wanted }) },
                },
            },
        };
        await cluster.PatchAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, PatchKind.StrategicMerge, patch, dryRun: true, ct);
        return Found.Passed($"accepted for {container}: {wanted}; nothing was written");
    }
}
