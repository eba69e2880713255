using System.Text.Json.Nodes;

namespace RsolvDeploy.Manifests;

internal sealed record NodeManifest(string Name) : Manifest("v1", "Node", Name)
{
    /// <summary>The node's <c>status.nodeInfo</c>.</summary>
    public JsonObject Info { get; init; } = [];

    protected override void Fill(JsonObject item) => item["status"] = new JsonObject { ["nodeInfo"] = Info.DeepClone() };
}
