using System.Text.Json.Nodes;

namespace RsolvDeploy.Manifests;

internal sealed record ResourceQuotaManifest(string Name) : Manifest("v1", "ResourceQuota", Name)
{
    public JsonObject Hard { get; init; } = [];

    /// <summary>What the quota controller counted; empty before it did.</summary>
    public JsonObject Used { get; init; } = [];

    protected override void Fill(JsonObject item)
    {
        item["spec"] = new JsonObject { ["hard"] = Hard.DeepClone() };
        if (Used.Count > 0) item["status"] = new JsonObject { ["hard"] = Hard.DeepClone(), ["used"] = Used.DeepClone() };
    }
}
