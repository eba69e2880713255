using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Configuration.Yaml;
using RsolvDeploy.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace RsolvDeploy.Updates.Kustomize;

/// <summary>
/// Reads the manifests that a kustomize build outputs, by the YAML 1.2 core schema. kustomize quotes what YAML 1.1 reads differently.
/// </summary>
internal static class ManifestReader
{
    private const int DeepestNesting = 100;

    /// <summary>Reads them.</summary>
    /// <exception cref="FormatException">The text is not valid; the message names the line and never quotes the text.</exception>
    public static IReadOnlyList<JsonObject> Read(string text)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            parser.Consume<StreamStart>();
            var read = new List<JsonObject>();
            while (!parser.TryConsume<StreamEnd>(out _))
            {
                parser.Consume<DocumentStart>();
                var at = parser.Current;
                if (Node(parser, 0) is { } node) read.Add(node as JsonObject ?? throw Invalid(at, "a mapping was expected"));
                parser.Consume<DocumentEnd>();
            }

            return read;
        }
        catch (Exception e) when (YamlFaults.IsOne(e))
        {
            throw new FormatException($"no valid YAML {YamlFaults.Place(e)}");
        }
    }

    private static JsonNode? Node(Parser parser, int depth)
    {
        if (depth > DeepestNesting) throw Invalid(parser.Current, "nested too deeply");
        if (parser.TryConsume<Scalar>(out var scalar)) return Value(scalar);
        if (parser.TryConsume<SequenceStart>(out _))
        {
            var items = new JsonArray();
            while (!parser.TryConsume<SequenceEnd>(out _)) items.Add(Node(parser, depth + 1));
            return items;
        }

        if (!parser.TryConsume<MappingStart>(out _)) throw Invalid(parser.Current, "aliases are not supported");
        var members = new JsonObject();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = parser.Consume<Scalar>();
            if (!members.TryAdd(key.Value, Node(parser, depth + 1))) throw Invalid(key, "duplicate key");
        }

        return members;
    }

    private static JsonNode? Value(Scalar scalar)
    {
        if (scalar.Style != ScalarStyle.Plain) return scalar.Value;
        return CoreSchema.Resolve(scalar.Value) switch
        {
            ScalarKind.Null => null,
            ScalarKind.Boolean => CoreSchema.ParseBoolean(scalar.Value),
            ScalarKind.Integer when CoreSchema.ParseInteger(scalar.Value) is { } whole => whole,
            ScalarKind.Integer or ScalarKind.Float => CoreSchema.ParseNumber(scalar.Value) ?? throw Invalid(scalar, "no finite number"),
            _ => scalar.Value,
        };
    }

    private static FormatException Invalid(ParsingEvent? at, string why) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{why} (line {at?.Start.Line})"));
}
