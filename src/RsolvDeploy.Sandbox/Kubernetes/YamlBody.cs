using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>Reads the body of an apply patch, which is YAML (or JSON, which is YAML too).</summary>
internal static class YamlBody
{
    public static async Task<JsonNode> ReadAsync(Stream body, CancellationToken ct)
    {
        using var reader = new StreamReader(body);
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(await reader.ReadToEndAsync(ct)));
        }
        catch (YamlException e)
        {
            throw new ApiError(400, "BadRequest", $"error decoding YAML: {e.Message}");
        }

        return stream.Documents is [{ RootNode: YamlMappingNode root }]
            ? Convert(root)!
            : throw new ApiError(400, "BadRequest", "error decoding YAML: one object was expected");
    }

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode mapping =>
            new JsonObject(mapping.Children.Select(child => KeyValuePair.Create(((YamlScalarNode)child.Key).Value!, Convert(child.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(Convert)]),
        YamlScalarNode { Style: ScalarStyle.Plain } plain => Plain(plain.Value ?? ""),
        YamlScalarNode text => text.Value,
        _ => throw new ApiError(400, "BadRequest", "error decoding YAML: aliases are not read here"),
    };

    private static JsonNode? Plain(string text)
    {
        if (text is "" or "~") return null;
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return text;
        }
    }
}
