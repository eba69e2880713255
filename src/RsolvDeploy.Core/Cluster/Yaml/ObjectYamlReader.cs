using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace RsolvDeploy.Cluster.Yaml;

/// <summary>Reads the YAML that <see cref="ObjectYamlWriter"/> writes, and nothing that could mean two things.</summary>
/// <remarks>Anchors, aliases, tags, duplicate keys, several documents, unquoted strings and deep nesting are refused.</remarks>
internal static class ObjectYamlReader
{
    private const int DeepestNesting = 100;
    private const int LongestNumber = 400; // the largest double, written out, has 309 digits

    /// <exception cref="FormatException">It is not such YAML; the message names the place and never quotes the text.</exception>
    public static JsonObject Read(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var parser = new Parser(new StringReader(StrictUtf8.GetString(utf8)));
            parser.Consume<StreamStart>();
            parser.Consume<DocumentStart>();
            if (parser.Current is not MappingStart)
                throw Refused(parser.Current, "a mapping was expected");
            var root = (JsonObject)ReadNode(parser, 0)!;
            parser.Consume<DocumentEnd>();
            if (parser.Current is not StreamEnd)
                throw Refused(parser.Current, "only one document is allowed");
            return root;
        }
        catch (DecoderFallbackException)
        {
            throw new FormatException("not valid UTF-8");
        }
        catch (Exception e) when (YamlFaults.IsOne(e))
        {
            throw new FormatException($"not valid YAML {YamlFaults.Place(e)}");
        }
    }

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static JsonNode? ReadNode(Parser parser, int depth)
    {
        if (depth > DeepestNesting)
            throw Refused(parser.Current, "nested too deeply");
        if (parser.Current is NodeEvent node && (!node.Anchor.IsEmpty || !node.Tag.IsEmpty))
            throw Refused(node, "anchors and tags are not allowed");
        if (parser.TryConsume<Scalar>(out var scalar))
            return ReadScalar(scalar);
        if (parser.TryConsume<SequenceStart>(out _))
        {
            var sequence = new JsonArray();
            while (!parser.TryConsume<SequenceEnd>(out _))
                sequence.Add(ReadNode(parser, depth + 1));
            return sequence;
        }

        if (!parser.TryConsume<MappingStart>(out _))
            throw Refused(parser.Current, "aliases are not allowed");
        return ReadMapping(parser, depth);
    }

    private static JsonObject ReadMapping(Parser parser, int depth)
    {
        var mapping = new JsonObject();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (parser.Current is not Scalar { Style: ScalarStyle.DoubleQuoted } key)
                throw Refused(parser.Current, "a double-quoted key was expected");
            parser.Consume<Scalar>();
            var value = ReadNode(parser, depth + 1);
            if (!mapping.TryAdd(key.Value, value))
                throw Refused(key, "a key stands twice");
        }

        return mapping;
    }

    private static JsonValue? ReadScalar(Scalar scalar)
    {
        if (scalar.Style == ScalarStyle.DoubleQuoted)
            return JsonValue.Create(scalar.Value);
        if (scalar.Style != ScalarStyle.Plain)
            throw Refused(scalar, "strings have to be double-quoted");
        if (scalar.Value.Length > LongestNumber)
            throw Refused(scalar, "a number is longer than any that means something");
        try
        {
            return scalar.Value == "null" ? null : JsonNode.Parse(scalar.Value)!.AsValue();
        }
        catch (JsonException)
        {
            throw Refused(scalar, "strings have to be double-quoted");
        }
    }

    private static FormatException Refused(ParsingEvent? at, string why) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{why} (line {at?.Start.Line}, column {at?.Start.Column})"));
}
