using System.Text.Json.Nodes;

namespace RsolvDeploy.Manifests;

/// <summary>An event of a pod.</summary>
internal sealed record EventManifest(string Name, JsonObject Pod, string Reason, string Message) : Manifest("v1", "Event", Name)
{
    protected override void Fill(JsonObject item)
    {
        var about = Pod["metadata"]!;
        item["involvedObject"] = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["namespace"] = about["namespace"]!.DeepClone(),
            ["name"] = about["name"]!.DeepClone(),
            ["uid"] = about["uid"]!.DeepClone(),
        };
        (item["type"], item["reason"], item["message"], item["count"]) = ("Normal", Reason, Message, 1);
    }
}
