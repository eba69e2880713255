using System.Text;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Manifests;

internal sealed record SecretManifest(string Name) : Manifest("v1", "Secret", Name)
{
    /// <summary>Values in base64, as the API has them.</summary>
    public JsonObject Data { get; init; } = [];

    /// <summary>Values as plain text.</summary>
    public Dictionary<string, string> Text { get; init; } = [];

    public string Type { get; init; } = "Opaque";

    public bool Immutable { get; init; }

    protected override void Fill(JsonObject item)
    {
        var data = (JsonObject)Data.DeepClone();
        foreach (var (key, text) in Text) data[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
        item["type"] = Type;
        Set(item, "data", data);
        if (Immutable) item["immutable"] = true;
    }
}
