using System.Text.Json.Nodes;

namespace RsolvDeploy.Manifests;

internal sealed record ConfigMapManifest(string Name) : Manifest("v1", "ConfigMap", Name)
{
    public JsonObject Data { get; init; } = [];

    public JsonObject BinaryData { get; init; } = [];

    public bool Immutable { get; init; }

    protected override void Fill(JsonObject item)
    {
        Set(item, "data", Data);
        Set(item, "binaryData", BinaryData);
        if (Immutable) item["immutable"] = true;
    }
}
