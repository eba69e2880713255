using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Manifests;

/// <summary>Patches of a Deployment.</summary>
internal static class DeploymentPatch
{
    /// <summary>Merges fields into the specification of its pods.</summary>
    public static JsonObject Pods([StringSyntax(StringSyntaxAttribute.Json)] string spec) =>
        (JsonObject)JsonNode.Parse($$"""{ "spec": { "template": { "spec": {{spec}} } } }""")!;

    /// <summary>Merges fields into one container; as a strategic merge patch it leaves the others.</summary>
    public static JsonObject Container(string? name, [StringSyntax(StringSyntaxAttribute.Json)] string container)
    {
        var merged = JsonNode.Parse(container)!;
        merged["name"] = name;
        return Pods($$"""{ "containers": [{{merged.ToJsonString()}}] }""");
    }

    /// <summary>Annotates its pods, which rolls them out again.</summary>
    public static JsonObject PodAnnotation(string key, string value) =>
        new()
        {
            ["spec"] = new JsonObject
            {
                ["template"] = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [key] = value } } },
            },
        };
}
