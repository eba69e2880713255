using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Images;

namespace RsolvDeploy.Sandbox.Engine;

/// <summary>Images as the engine returns them.</summary>
internal sealed class ImageView(LocalImages images)
{
    public JsonObject Inspect(LocalImage image)
    {
        var document = image.ReadConfig();
        return new JsonObject
        {
            ["Id"] = image.Id,
            ["RepoTags"] = Strings(images.TagsOf(image)),
            ["RepoDigests"] = Strings(images.DigestsOf(image)),
            ["Parent"] = "",
            ["Comment"] = "",
            ["Created"] = (string?)document["created"],
            ["DockerVersion"] = "",
            ["Author"] = (string?)document["author"] ?? "",
            ["Config"] = document["config"]?.DeepClone(),
            ["Architecture"] = (string?)document["architecture"],
            ["Os"] = (string?)document["os"],
            ["Size"] = image.Size,
            ["GraphDriver"] = new JsonObject { ["Name"] = "memory", ["Data"] = null },
            ["RootFS"] = new JsonObject { ["Type"] = "layers", ["Layers"] = document["rootfs"]?["diff_ids"]?.DeepClone() },
            ["Metadata"] = new JsonObject { ["LastTagTime"] = (string?)document["created"] },
        };
    }

    public JsonArray List(Func<string, bool> isWanted)
    {
        var list = new JsonArray();
        foreach (var image in images.All)
        {
            var tags = images.TagsOf(image);
            if (!tags.DefaultIfEmpty("").Any(isWanted))
                continue;
            var document = image.ReadConfig();
            list.Add(new JsonObject
            {
                ["Id"] = image.Id,
                ["ParentId"] = "",
                ["RepoTags"] = Strings(tags),
                ["RepoDigests"] = Strings(images.DigestsOf(image)),
                ["Created"] = Seconds((string?)document["created"]),
                ["Size"] = image.Size,
                ["SharedSize"] = -1,
                ["Labels"] = document["config"]?["Labels"]?.DeepClone(),
                ["Containers"] = -1,
            });
        }

        return list;
    }

    public JsonArray History(LocalImage image)
    {
        var sizes = new Queue<long>(image.Layers.Select(l => l.UnpackedSize));
        var list = new List<JsonObject>();
        foreach (var entry in image.ReadConfig()["history"]?.AsArray() ?? [])
        {
            bool isEmpty = (bool?)entry?["empty_layer"] ?? false;
            list.Add(new JsonObject
            {
                ["Id"] = "<missing>",
                ["Created"] = Seconds((string?)entry?["created"]),
                ["CreatedBy"] = (string?)entry?["created_by"] ?? "",
                ["Tags"] = null,
                ["Size"] = isEmpty || sizes.Count == 0 ? 0 : sizes.Dequeue(),
                ["Comment"] = (string?)entry?["comment"] ?? "",
            });
        }

        list.Reverse();
        if (list.Count > 0)
        {
            list[0]["Id"] = image.Id;
            list[0]["Tags"] = Strings(images.TagsOf(image));
        }

        return new JsonArray([.. list]);
    }

    private static long Seconds(string? time) =>
        DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed)
            ? parsed.ToUnixTimeSeconds()
            : 0;

    private static JsonArray Strings(IEnumerable<string> items) => new([.. items.Select(i => (JsonNode)i)]);
}
