using System.Text.Json.Nodes;

namespace RsolvDeploy.Manifests;

/// <summary>A StatefulSet with one container.</summary>
internal sealed record StatefulSetManifest(string Name, string Image) : Manifest("apps/v1", "StatefulSet", Name)
{
    public int Replicas { get; init; } = 2;

    /// <summary>How many pods from the lowest keep their template.</summary>
    public int Partition { get; init; }

    /// <summary>Whether pods are replaced only when somebody deletes them.</summary>
    public bool OnDelete { get; init; }

    /// <summary>Whether the controller waits for no pod before it creates the next.</summary>
    public bool Parallel { get; init; }

    protected override void Fill(JsonObject item) => item["spec"] = new JsonObject
    {
        ["replicas"] = Replicas,
        ["serviceName"] = Name,
        ["podManagementPolicy"] = Parallel ? "Parallel" : "OrderedReady",
        ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = Name } },
        ["template"] = PodTemplateManifest.Create(Name, Image),
        ["updateStrategy"] = OnDelete
            ? new JsonObject { ["type"] = "OnDelete" }
            : new JsonObject { ["type"] = "RollingUpdate", ["rollingUpdate"] = new JsonObject { ["partition"] = Partition } },
    };
}
