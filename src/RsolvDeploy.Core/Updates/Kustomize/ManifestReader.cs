using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Configuration.Yaml;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace RsolvDeploy.Updates.Kustomize;

/// <summary>Reads the stream of manifests that a kustomize build writes, by the YAML 1.2 core schema. It quotes what older readers take for something else.</summary>
internal static class ManifestReader
{
    private const int DeepestNesting = 100;

    /// <exception cref="FormatException">It is no such stream; the message says where, and never what the text was.</exception>
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
                if (Node(parser, 0) is { } node) read.Add(node as JsonObject ?? throw Refused(at, "a mapping was expected"));
                parser.Consume<DocumentEnd>();
            }

            return read;
        }
        catch (YamlException e)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"no valid YAML at line {e.Start.Line}"));
        }
    }

    private static JsonNode? Node(Parser parser, int depth)
    {
        if (depth > DeepestNesting) throw Refused(parser.Current, "nested too deeply");
        if (parser.TryConsume<Scalar>(out var scalar)) return Value(scalar);
        if (parser.TryConsume<SequenceStart>(out _))
        {
            var items = new JsonArray();
            while (!parser.TryConsume<SequenceEnd>(out _)) items.Add(Node(parser, depth + 1));
            return items;
        }

        if (!parser.TryConsume<MappingStart>(out _)) throw Refused(parser.Current, "aliases are not read");
        var members = new JsonObject();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = parser.Consume<Scalar>();
            if (!members.TryAdd(key.Value, Node(parser, depth + 1))) throw Refused(key, "a key stands twice");
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
            ScalarKind.Integer => CoreSchema.ParseInteger(scalar.Value),
            ScalarKind.Float => CoreSchema.ParseNumber(scalar.Value),
            _ => scalar.Value,
        };
    }

    private static FormatException Refused(ParsingEvent? at, string why) => new(string.Create(CultureInfo.InvariantCulture, $"{why} (line {at?.Start.Line})"));
}
