using System.Text.Json.Nodes;

namespace RsolvDeploy.Manifests;

/// <summary>A DaemonSet with one container.</summary>
internal sealed record DaemonSetManifest(string Name, string Image) : Manifest("apps/v1", "DaemonSet", Name)
{
    protected override void Fill(JsonObject item) => item["spec"] = new JsonObject
    {
        ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = Name } },
        ["template"] = PodTemplateManifest.Create(Name, Image),
    };
}
