using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Cluster.Workloads;

/// <summary>Reads what matters out of a HorizontalPodAutoscaler.</summary>
internal static class AutoscalerReader
{
    /// <summary>The Deployment whose number of pods it decides about; null when it is something else's.</summary>
    public static string? DeploymentOf(JsonObject autoscaler) =>
        autoscaler.At("spec", "scaleTargetRef", "kind").Text() == "Deployment" ? autoscaler.At("spec", "scaleTargetRef", "name").Text() : null;
}
