using System.Text.Json.Nodes;

namespace RsolvDeploy.Manifests;

/// <summary>A pod template with one container. Its app label and its container have the name.</summary>
internal static class PodTemplateManifest
{
    public static JsonObject Create(string name, string image) => new()
    {
        ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = name } },
        ["spec"] = new JsonObject
        {
            ["terminationGracePeriodSeconds"] = 1,
            ["containers"] = new JsonArray(new JsonObject { ["name"] = name, ["image"] = image }),
        },
    };
}
