using System.Text.Json.Nodes;

namespace RsolvDeploy.Manifests;

/// <summary>A Deployment with one container. Its app label and its container have its name.</summary>
internal sealed record DeploymentManifest(string Name, string Image) : Manifest("apps/v1", "Deployment", Name)
{
    public int Replicas { get; init; } = 2;

    /// <summary>The labels of its pods; null for the app label alone.</summary>
    public JsonObject? PodLabels { get; init; }

    /// <summary>A selector instead of one of the pods' labels.</summary>
    public JsonObject? Selector { get; init; }

    /// <summary>A whole pod template instead of one with the image.</summary>
    public JsonObject? Template { get; init; }

    protected override void Fill(JsonObject item)
    {
        var labels = PodLabels ?? new JsonObject { ["app"] = Name };
        item["spec"] = new JsonObject
        {
            ["replicas"] = Replicas,
            ["selector"] = Selector?.DeepClone() ?? new JsonObject { ["matchLabels"] = labels.DeepClone() },
            ["template"] = Template?.DeepClone() ?? new JsonObject
            {
                ["metadata"] = new JsonObject { ["labels"] = labels.DeepClone() },
                ["spec"] = new JsonObject
                {
                    ["terminationGracePeriodSeconds"] = 1,
                    ["containers"] = new JsonArray(new JsonObject { ["name"] = Name, ["image"] = Image }),
                },
            },
        };
    }
}
