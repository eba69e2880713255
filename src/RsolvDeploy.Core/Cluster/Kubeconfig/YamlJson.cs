using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace RsolvDeploy.Cluster.Kubeconfig;

/// <summary>Turns YAML into the JSON that kubectl makes of it.</summary>
internal static class YamlJson
{
    public static JsonNode? From(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(
            mapping.Children.Select(child => KeyValuePair.Create(Key(child.Key), From(child.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Select(From)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: var plain } => Plain(plain ?? ""),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => null,
    };

    // Plain keys that are booleans become the text of the boolean: "n" is "false".
    private static string Key(YamlNode key) => key is YamlScalarNode { Value: { } text } scalar
        ? scalar.Style == ScalarStyle.Plain && YamlBoolean.Read(text) is { } flag ? flag ? "true" : "false" : text
        : "";

    private static JsonValue? Plain(string plain)
    {
        if (plain is "" or "~" or "null" or "Null" or "NULL") return null;
        if (YamlBoolean.Read(plain) is { } flag) return JsonValue.Create(flag);
        if (long.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            return JsonValue.Create(whole);
        return double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real)
            ? JsonValue.Create(real)
            : JsonValue.Create(plain);
    }
}
