using System.Text.Json.Nodes;
using RsolvDeploy.Configuration.Yaml;

namespace RsolvDeploy.Core.Tests.Configuration;

/// <summary>A document of the parser's nodes as an editor's validator sees it.</summary>
internal static class YamlAsJson
{
    public static JsonNode? From(ConfigNode node) => node switch
    {
        MappingNode mapping => new JsonObject(mapping.Entries.Select(entry => KeyValuePair.Create(entry.Key, From(entry.Value)))),
        SequenceNode sequence => new JsonArray([.. sequence.Items.Select(From)]),
        ScalarNode { Kind: ScalarKind.Text } text => text.Text,
        ScalarNode { Kind: ScalarKind.Null } => null,
        ScalarNode scalar => JsonNode.Parse(scalar.Text),
        _ => throw new NotSupportedException(),
    };
}
