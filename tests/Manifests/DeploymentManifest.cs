using System.Text.Json.Nodes;

namespace RsolvDeploy.Manifests;

/// <summary>A Deployment with one container. Its app label and its container have its name.</summary>
internal sealed record DeploymentManifest(string Name, string Image) : Manifest("apps/v1", "Deployment", Name)
{
    public int Replicas { get; init; } = 2;

    /// <summary>A whole pod template instead of one with the image.</summary>
    public JsonObject? Template { get; init; }

    protected override void Fill(JsonObject item)
    {
        var app = new JsonObject { ["app"] = Name };
        item["spec"] = new JsonObject
        {
            ["replicas"] = Replicas,
            ["selector"] = new JsonObject { ["matchLabels"] = app },
            ["template"] = Template?.DeepClone() ?? new JsonObject
            {
                ["metadata"] = new JsonObject { ["labels"] = app.DeepClone() },
                ["spec"] = new JsonObject
                {
                    ["terminationGracePeriodSeconds"] = 1,
                    ["containers"] = new JsonArray(new JsonObject { ["name"] = Name, ["image"] = Image }),
                },
            },
        };
    }
}
