using System.Text.Json.Nodes;

namespace RsolvDeploy.Manifests;

/// <summary>An autoscaler of a Deployment.</summary>
internal sealed record AutoscalerManifest(
    string Name, string Deployment, int Least, int Most) : Manifest("autoscaling/v2", "HorizontalPodAutoscaler", Name)
{
    protected override void Fill(JsonObject item) => item["spec"] = new JsonObject
    {
        ["scaleTargetRef"] = new JsonObject { ["apiVersion"] = "apps/v1", ["kind"] = "Deployment", ["name"] = Deployment },
        ["minReplicas"] = Least,
        ["maxReplicas"] = Most,
    };
}
