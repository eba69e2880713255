using System.Text.Json.Nodes;

namespace RsolvDeploy.Manifests;

/// <summary>A Kubernetes object that a test creates. It converts to JSON where JSON is expected.</summary>
internal abstract record Manifest(string ApiVersion, string Kind, string Name)
{
    public JsonObject Labels { get; init; } = [];

    public JsonObject Annotations { get; init; } = [];

    public static implicit operator JsonObject(Manifest manifest) => manifest.ToJson();

    public JsonObject ToJson()
    {
        var metadata = new JsonObject { ["name"] = Name };
        Set(metadata, "labels", Labels);
        Set(metadata, "annotations", Annotations);
        var item = new JsonObject { ["apiVersion"] = ApiVersion, ["kind"] = Kind, ["metadata"] = metadata };
        Fill(item);
        return item;
    }

    /// <summary>Adds what the kind has beside its metadata.</summary>
    protected virtual void Fill(JsonObject item)
    {
        // Some kinds have nothing else.
    }

    /// <summary>Sets a member, unless it would be empty.</summary>
    protected static void Set(JsonObject item, string member, JsonObject value)
    {
        if (value.Count > 0) item[member] = value.DeepClone();
    }
}
