using k8s.Models;

namespace RsolvDeploy.Cluster.Workloads;

/// <summary>Reads what matters out of a HorizontalPodAutoscaler.</summary>
internal static class AutoscalerReader
{
    /// <summary>The Deployment whose number of pods it sets; null when it scales something else.</summary>
    public static string? DeploymentOf(V2HorizontalPodAutoscaler autoscaler) =>
        autoscaler.Spec?.ScaleTargetRef is { Kind: "Deployment" } scaled ? scaled.Name : null;
}
