using System.Text.Json.Nodes;

namespace RsolvDeploy.Manifests;

/// <summary>A CronJob with one container that runs once a year.</summary>
internal sealed record CronJobManifest(string Name, string Image) : Manifest("batch/v1", "CronJob", Name)
{
    protected override void Fill(JsonObject item)
    {
        var template = PodTemplateManifest.Create(Name, Image);
        template["spec"]!["restartPolicy"] = "Never";
        item["spec"] = new JsonObject
        {
            ["schedule"] = "0 0 1 1 *",
            ["jobTemplate"] = new JsonObject { ["spec"] = new JsonObject { ["template"] = template } },
        };
    }
}
